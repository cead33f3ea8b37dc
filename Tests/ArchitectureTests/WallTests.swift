import Testing

/// The walls between the modules, as far as the compiler does not hold them up.
@Suite struct WallTests {
    /// Traps that no input can reach.
    static let allowedTraps = [
        Exemption(path: "Sources/Wire/Bytes.swift", what: "unsafelyUnwrapped", reason: "the closure before it has run and set the value"),
    ]
    /// Clock and randomness in the shims. All of it happens when the daemon makes its certificate.
    static let allowedInC = [
        Exemption(path: "Sources/CCrypto/dtls_identity.c", what: "X509_gmtime_adj", reason: "the certificate's dates"),
        Exemption(path: "Sources/CCrypto/dtls_identity.c", what: "RAND_bytes", reason: "the certificate's serial number"),
    ]

    @Test func thereIsSomethingToCheck() {
        #expect(Repository.sources.count > 150)
        #expect(Repository.shims.count > 10)
    }

    @Test func arrowsGoDown() {
        for (name, module) in Layers.modules {
            for dependency in module.imports {
                #expect(Layers.modules[dependency] != nil || Layers.shims.contains(dependency), "\(dependency) is unknown")
                #expect(Layers.layer(of: dependency) < module.layer || Layers.shims.contains(dependency), "\(name) → \(dependency)")
            }
        }
    }

    @Test func packageAndTableAgree() {
        let package = PackageManifest(Repository.text("Package.swift"))
        for (name, module) in Layers.modules {
            #expect(package.dependencies[name] == module.imports, "\(name) in Package.swift")
        }
        #expect(package.urls == ["async-http-client", "swift-argument-parser", "swift-log", "swift-nio", "swift-nio-ssl"])
        #expect(package.shims == Layers.shims)
    }

    @Test func nothingElseIsImported() {
        let findings = Repository.sources.flatMap(WallChecks.imports)
        #expect(findings.isEmpty, "\(findings.report)")
    }

    @Test func otherPackagesStayAboveMediaIO() {
        let thirdParty: Set<String> = [
            "ArgumentParser", "Logging", "NIO", "NIOCore", "NIOPosix", "NIOConcurrencyHelpers", "NIOFoundationCompat",
        ]
        let findings = Repository.sources.filter { !Layers.aboveMediaIO.contains($0.module) }.flatMap { file in
            file.imports.filter { thirdParty.contains($0.module) }.map { file.finding($0.module, at: $0.line) }
        }
        #expect(findings.isEmpty, "\(findings.report)")
    }

    @Test func shimsStayWithTheirOwners() {
        let leaks = Repository.sources.flatMap(WallChecks.leakedShims)
        #expect(leaks.isEmpty, "\(leaks.report)")
        let headers = Repository.shims.filter { $0.hasSuffix(".h") }
        let gnu = headers.filter { Repository.text($0).contains("_GNU_SOURCE") }
        #expect(gnu.isEmpty, "_GNU_SOURCE in a header")
    }

    @Test func belowMediaIOThereIsNoMachine() {
        let findings = Repository.sources.filter { Layers.pure.contains($0.module) }.flatMap(WallChecks.impurities)
        #expect(findings.isEmpty, "\(findings.report)")
    }

    @Test func shimsReadNoClock() {
        let paths = Repository.shims.filter { !$0.hasPrefix("Sources/CSockets/") }
        let (left, unused) = Exemption.filter(paths.flatMap { WallChecks.impurities(ofC: Repository.text($0), path: $0) }, Self.allowedInC)
        #expect(left.isEmpty, "\(left.report)")
        #expect(unused.isEmpty, "exemptions that nothing needs: \(unused)")
    }

    @Test func nothingTraps() {
        let findings = Repository.sources.filter { Layers.untrappable.contains($0.module) }.flatMap(WallChecks.traps)
        let (left, unused) = Exemption.filter(findings, Self.allowedTraps)
        #expect(left.isEmpty, "\(left.report)")
        #expect(unused.isEmpty, "exemptions that nothing needs: \(unused)")
    }
}

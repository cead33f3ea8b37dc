// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, exclude: resources, swiftSettings: strict)
}

func shim(_ name: String, linking libraries: [String]) -> Target {
    .target(name: name, linkerSettings: libraries.map { .linkedLibrary($0) })
}

let nio: [Target.Dependency] = [.product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio")]
let http: [Target.Dependency] = [
    .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOWebSocket", package: "swift-nio"),
    .product(name: "NIOSSL", package: "swift-nio-ssl"),
    .product(name: "AsyncHTTPClient", package: "async-http-client"),
]
let log: Target.Dependency = .product(name: "Logging", package: "swift-log")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "rtpbridge",
    products: [
        .executable(name: "rtpbridge", targets: ["rtpbridge"]),
        .executable(name: "rtpbridge-ctl", targets: ["rtpbridge-ctl"]),
        .executable(name: "rtpbridge-demo", targets: ["rtpbridge-demo"]),
        .executable(name: "rtpbridge-load", targets: ["rtpbridge-load"]),
        .executable(name: "rtpbridge-bench", targets: ["rtpbridge-bench"]),
        .library(name: "PeerSimulator", targets: ["PeerSimulator"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        // Layer 0: bytes, addresses, instants; one C shim for each library.
        module("Wire"),
        shim("CCrypto", linking: ["crypto", "ssl"]),
        shim("CSRTP", linking: ["srtp2"]),
        shim("COpus", linking: ["opus"]),
        shim("CSpanDSP", linking: ["spandsp"]),
        shim("CSpeexDSP", linking: ["speexdsp"]),
        shim("CSockets", linking: []),

        // Layer 1: protocol modules, which know nothing of each other.
        module("RTP", ["Wire"]),
        module("SDP", ["Wire"]),
        module("NGProtocol", ["Wire"]),
        module("ICE", ["Wire", "CCrypto"]),
        module("Codecs", ["Wire", "COpus", "CSpanDSP", "CSpeexDSP"]),

        // Layers 2 to 6.
        module("SRTP", ["Wire", "RTP", "CSRTP", "CCrypto"]),
        module("MediaCore", ["Wire", "RTP", "SRTP", "ICE", "Codecs"]),
        module("Negotiation", ["Wire", "RTP", "SRTP", "ICE", "SDP", "NGProtocol", "MediaCore"]),
        module("MediaIO", ["Wire", "MediaCore", "CSockets"]),
        module("ControlPlane", ["Wire", "CCrypto", "CSockets", "RTP", "SRTP", "ICE", "SDP", "NGProtocol", "Codecs", "MediaCore", "Negotiation", "MediaIO", log] + nio + http),
        .executableTarget(name: "rtpbridge", dependencies: ["Wire", "SRTP", "NGProtocol", "MediaCore", "Negotiation", "MediaIO", "ControlPlane", log], swiftSettings: strict),
        .executableTarget(name: "rtpbridge-ctl", dependencies: ["Negotiation", arguments], swiftSettings: strict),

        // The peers that the demo and the scenario tests play: a strict WhatsApp endpoint and a PBX.
        module("PeerSimulator", ["Wire", "RTP", "SRTP", "ICE", "SDP", "Codecs"]),
        .executableTarget(name: "rtpbridge-demo", dependencies: ["Wire", "SRTP", "NGProtocol", "Codecs", "PeerSimulator", "CSockets", arguments], swiftSettings: strict),

        // Load for any ng daemon, and the price of each step of ours.
        .executableTarget(name: "rtpbridge-load", dependencies: ["Wire", "RTP", "SRTP", "ICE", "SDP", "NGProtocol", "Codecs", "CSockets", arguments], path: "perf/load", swiftSettings: strict),
        .executableTarget(name: "rtpbridge-bench", dependencies: ["Wire", "RTP", "SRTP", "ICE", "SDP", "NGProtocol", "Codecs", "MediaCore", "Negotiation", "CSockets", "CAllocationCounter", "SteadyCalls", arguments], path: "perf/bench", exclude: ["thresholds.json"], swiftSettings: strict),

        // Gives OpenSSL's DTLS timer, the one clock that is read below MediaIO, the tests' virtual time.
        .target(name: "CVirtualClock", path: "Tests/Support/CVirtualClock"),

        // Counts allocations on the packet path; run in release by `make test`.
        .target(name: "CAllocationCounter", path: "Tests/Support/CAllocationCounter"),
        .target(name: "SteadyCalls", dependencies: ["Wire", "RTP", "SRTP", "ICE", "Codecs", "MediaCore"], path: "Tests/Support/SteadyCalls", swiftSettings: strict),
        .executableTarget(name: "AllocationGate", dependencies: ["Wire", "MediaCore", "SteadyCalls", "CAllocationCounter"], path: "Tests/Gates/AllocationGate", swiftSettings: strict),

        // Handshake work done later than asked for, as the engine's threads do it, in virtual time.
        .target(name: "LateHandshakes", dependencies: ["MediaCore", "Wire"], path: "Tests/Support/LateHandshakes", swiftSettings: strict),
        .target(name: "Fuzzing", dependencies: ["Wire"], path: "Tests/Support/Fuzzing", swiftSettings: strict),

        tests("WireTests", ["Wire", "Fuzzing"]),
        tests("ArchitectureTests", []),
        tests("RTPTests", ["RTP", "Wire", "Fuzzing"]),
        tests("SDPTests", ["SDP", "Wire", "Fuzzing"]),
        tests("NGProtocolTests", ["NGProtocol", "Wire", "Fuzzing"]),
        tests("ICETests", ["ICE", "Wire", "Fuzzing"]),
        tests("CodecsTests", ["Codecs", "Wire", "Fuzzing"]),
        tests("SRTPTests", ["SRTP", "RTP", "Wire", "CVirtualClock"]),
        tests("MediaCoreTests", ["MediaCore", "LateHandshakes", "SRTP", "ICE", "RTP", "Codecs", "Wire"]),
        tests("NegotiationTests", ["Negotiation", "MediaCore", "SDP", "NGProtocol", "SRTP", "ICE", "RTP", "Wire", "Fuzzing"]),
        tests("LoadTests", ["rtpbridge-load", "SRTP", "Wire"]),
        tests("CtlTests", ["rtpbridge-ctl", "Negotiation", arguments]),
        tests("DaemonTests", ["rtpbridge", "ControlPlane", "MediaCore", "MediaIO", "Negotiation", "Wire", "Fuzzing", log]),
        tests("ScenarioTests", ["Negotiation", "LateHandshakes", "MediaCore", "PeerSimulator", "NGProtocol", "SDP", "SRTP", "ICE", "RTP", "Codecs", "Wire", "CVirtualClock"]),
        tests("MediaIOTests", ["MediaIO", "MediaCore", "CSockets", "SRTP", "ICE", "Wire", "Fuzzing"]),
        tests("ControlPlaneTests", ["ControlPlane", "Negotiation", "MediaCore", "MediaIO", "NGProtocol", "SDP", "SRTP", "ICE", "Wire", "Fuzzing", log] + nio + http),
    ]
)

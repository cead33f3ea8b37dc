@testable import rtpbridge
import Testing

@Suite struct ArgumentsTests {
    private func read(_ arguments: String...) throws -> [String: String] {
        var result: [String: String] = [:]
        for (spec, value) in try Arguments(arguments).given {
            result[spec.name] = (result[spec.name].map { $0 + ";" } ?? "") + (value ?? "set")
        }
        return result
    }

    @Test func everySpellingIsRead() throws {
        #expect(try read("--port-min=1000", "--port-max", "2000", "-i", "127.0.0.1", "-ipub/10.0.0.1", "-i=::1", "-fE") == [
            "port-min": "1000", "port-max": "2000", "interface": "127.0.0.1;pub/10.0.0.1;::1", "foreground": "set", "log-stderr": "set",
        ])
        #expect(try read("-fL7", "-T", "0xb8") == ["foreground": "set", "log-level": "7", "tos": "184"])
        #expect(try read("--listen-ng=[::1]:2223", "--interface=a=b", "--").count == 2)
    }

    @Test(arguments: [
        ["--no-such-option"], ["--no-such-option=1"], ["-Z"], ["-fZ"], ["--port-min"], ["-m"], ["stray"], ["--foreground=true"],
        ["--", "stray"], ["-"], ["--port-min=many"], ["-L", "loud"],
    ])
    func mistakesAreOneLineAndStatusTwo(_ arguments: [String]) {
        let error = #expect(throws: StartError.self) { try Arguments(arguments) }
        #expect(error?.status == 2)
        #expect(error?.description.isEmpty == false && error?.description.contains("\n") == false)
    }

    @Test func helpVersionAndCodecsArePrinted() throws {
        for option in ["--help", "-h", "--version", "-v", "--codecs"] {
            guard case .print(let text) = try Startup.read(["--interface=nonsense", option]) else {
                Issue.record("\(option)")
                continue
            }
            #expect(!text.isEmpty)
        }
    }
}

import Foundation
import Negotiation

/// A file of Tests/Fixtures/negotiation: the requests of one call, each with what must come of it.
///
///     # what the file shows
///     offer from=alice to=bob          command and tags
///     ICE=remove codec-mask=opus       options, as rtpp-flags
///     -----
///     the description that comes in
///     -----
///     the description that goes out
///     -----
///     the plan
///     -----
///     the finished answer for the offerer, where there is one
///     =====
///     the next request
///
/// With RTPBRIDGE_RECORD set in the environment the files are written anew; then read every difference.
struct GoldenFile {
    static let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Fixtures/negotiation")

    static var names: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(".golden") }.sorted()
    }

    var comment: [String] = []
    var requests: [Request] = []

    struct Request {
        var command = ""
        var from = "alice"
        var to: String?
        var flags: [String] = []
        var input: [String] = []
        var output: [String] = []
        var plan: [String] = []
        var answer: [String] = []
    }

    init(_ name: String) throws {
        let text = try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
        for (index, block) in text.components(separatedBy: "\n=====\n").enumerated() {
            let parts = block.components(separatedBy: "\n-----\n").map { $0.components(separatedBy: "\n").filter { !$0.isEmpty } }
            if index == 0 { comment = parts[0].filter { $0.hasPrefix("#") } }
            requests.append(Request(parts.map { $0.filter { !$0.hasPrefix("#") } }))
        }
    }

    var text: String {
        let blocks = requests.map { request in
            let tags = "from=\(request.from)" + (request.to.map { " to=\($0)" } ?? "")
            let parts = [["\(request.command) \(tags)"] + request.flags, request.input, request.output, request.plan]
                + (request.answer.isEmpty ? [] : [request.answer])
            return parts.map { $0.joined(separator: "\n") }.joined(separator: "\n-----\n")
        }
        return (comment + [blocks.joined(separator: "\n=====\n")]).joined(separator: "\n") + "\n"
    }

    /// Runs the requests and puts what came of them in the place of what should have.
    mutating func run() throws {
        var conversation = try Conversation()
        var names = SecretNames()
        for index in requests.indices {
            let request = requests[index]
            do {
                let result = try conversation.send(
                    request.command, request.input.map { $0 + "\r\n" }.joined(), request.flags.joined(separator: " "),
                        from: request.from, to: request.to)
                let certificate = conversation.resources.certificate
                requests[index].output = names.replace(in: result.sdp, certificate: certificate)
                requests[index].plan = PlanText.write(result.plan, names: &names)
                requests[index].answer = result.answer.map { names.replace(in: $0, certificate: certificate) } ?? []
                if !result.removedSlots.isEmpty { requests[index].plan.append("removed slots \(result.removedSlots)") }
            } catch let error as NegotiationError {
                requests[index].output = ["error: \(error.reason)"]
                requests[index].plan = []
                requests[index].answer = []
            }
        }
    }
}

extension GoldenFile.Request {
    init(_ parts: [[String]]) {
        let words = parts[0].first?.components(separatedBy: " ") ?? []
        command = words.first ?? ""
        for word in words.dropFirst() {
            if word.hasPrefix("from=") { from = String(word.dropFirst(5)) }
            if word.hasPrefix("to=") { to = String(word.dropFirst(3)) }
        }
        flags = Array(parts[0].dropFirst())
        if parts.count > 1 { input = parts[1] }
        if parts.count > 2 { output = parts[2] }
        if parts.count > 3 { plan = parts[3] }
        if parts.count > 4 { answer = parts[4] }
    }
}

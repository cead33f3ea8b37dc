import Foundation
import NGProtocol
import Wire

/// Files of Tests/Fixtures/ng: what real proxies sent to rtpengine and what it replied.
enum Fixtures {
    static let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fixtures/ng")

    /// Every file with that ending, by its path under the folder, sorted.
    static func files(_ ending: String) -> [(name: String, bytes: [UInt8])] {
        let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return paths.filter { $0.hasSuffix(ending) }.sorted().compactMap { path in
            (try? Data(contentsOf: folder.appendingPathComponent(path))).map { (path, Array($0)) }
        }
    }
}

extension NGValue {
    static func decode(_ text: String) throws(BencodeError) -> NGValue {
        try Array(text.utf8).withBytes { bytes throws(BencodeError) in try BencodeDecoder.decode(bytes).value }
    }
}

extension Array where Element == UInt8 {
    /// The dictionary of a whole datagram, cookie and all.
    func message() throws -> NGDictionary {
        try withBytes { bytes in
            guard let envelope = NGEnvelope(bytes) else { throw NGError.noPayload }
            return try envelope.decodeBencode()
        }
    }
}

/// A message with those flags.
func message(flags: String...) -> NGMessage { NGMessage(["flags": .list(flags.map(NGValue.string))]) }

import Foundation

/// What the two sides say: each its own track, silent while the other speaks, and at the end both at once.
struct Conversation {
    /// Samples at 8000 Hz.
    private(set) var business: [Int16] = []
    private(set) var user: [Int16] = []

    var seconds: Int { business.count / Recording.sampleRate + 1 }

    /// Where Debian's asterisk-core-sounds-en-wav puts its prompts, and where Asterisk itself would.
    static let usualDirectories = ["/usr/share/asterisk/sounds/en_US_f_Allison", "/usr/share/asterisk/sounds/en"]
    private static let businessPrompts = ["queue-youarenext", "demo-nomatch"]
    private static let userPrompts = ["priv-callpending", "confbridge-begin-glorious-c"]
    private static let pause = 300

    /// - Parameter directory: of WAV files; `nil` for the first usual one that is there.
    init(directory: String?) throws(DemoError) {
        let directory = directory ?? Self.usualDirectories.first(where: FileManager.default.fileExists(atPath:)) ?? Self.usualDirectories[0]
        let names = try Self.names(in: directory)
        func prompt(_ name: String) throws(DemoError) -> [Int16] { try Recording.read("\(directory)/\(name).wav") }

        add(business: try prompt(names[0]))
        add(user: try prompt(names[1]))
        add(business: try prompt(names[2]), user: try prompt(names[3]))
    }

    /// The four prompts in the order of the turns: the well-known ones, or any four of the directory.
    private static func names(in directory: String) throws(DemoError) -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        let names = files.filter { $0.hasSuffix(".wav") }.map { String($0.dropLast(4)) }.sorted()
        let chosen = [businessPrompts[0], userPrompts[0], businessPrompts[1], userPrompts[1]]
        if chosen.allSatisfy(names.contains) { return chosen }
        guard names.count >= 4 else { throw .noVoice(directory) }
        return Array(names.prefix(4))
    }

    private mutating func add(business spoken: [Int16] = [], user heard: [Int16] = []) {
        let length = max(spoken.count, heard.count) + Self.pause * Recording.sampleRate / 1000
        business += spoken + Array(repeating: 0, count: length - spoken.count)
        user += heard + Array(repeating: 0, count: length - heard.count)
    }
}

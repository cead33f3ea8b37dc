/// The text itself (RFC 8866 section 5) and its sections.
extension SDPRule {
    static let session = [
        size, crlf, finalLineEnd, emptyLine, malformedLine, unknownLineType, longLine, straySpace, versionLine, originLine,
        sessionName, timing, lineOrder, duplicateLine, attributeLevel, connectionLine,
    ]

    static let size = SDPRule(
        "size", meta: .error, ours: .error, pbx: .error,
        "The text is longer than 64 KiB, 1,000 lines or 64 m-lines; the rest was not read.",
        remedy: "Send one description, without candidates and codecs that nobody uses.", .refused)
    static let crlf = SDPRule(
        "crlf", meta: .warning, ours: .error, pbx: .note, "A line does not end in CRLF (RFC 8866 section 5).",
        remedy: "Pass the text on byte by byte; in JSON each line end is \\r\\n.", .refused)
    static let finalLineEnd = SDPRule(
        "final-line-end", meta: .note, ours: .warning, pbx: .note, "The last line has no line end; parsers drop it.",
        remedy: "Do not trim the text.", .heard("what the last line said does not hold"))
    static let emptyLine = SDPRule(
        "empty-line", meta: .note, ours: .error, pbx: .note, "There is an empty line.",
        remedy: "Leave it out; a description has none, at the end neither.", .refused)
    static let malformedLine = SDPRule(
        "malformed-line", meta: .error, ours: .error, pbx: .error, "A line is not of the form letter=value, or has a NUL or CR in it.",
        remedy: "Look for what cut or joined lines on the way, such as JSON that was escaped twice.", .refused)
    static let unknownLineType = SDPRule(
        "unknown-line-type", meta: .warning, ours: .error, pbx: .warning,
        "A line's letter is none of RFC 8866's; readers may refuse the whole.",
        remedy: "Take the line out; what is not of the standard belongs into a= lines.", .refused)
    static let longLine = SDPRule(
        "long-line", meta: .note, ours: .warning, pbx: .note, "A line is longer than 1,024 bytes.",
        remedy: "Shorten it; some parsers read lines into a buffer of fixed size.", .refused)
    static let straySpace = SDPRule(
        "stray-space", meta: .note, ours: .warning, pbx: .note, "A blank stands beside the = or at the end of a line (RFC 8866 section 5).",
        remedy: "Take it out; strict parsers then do not know the word before it.", .refused)
    static let versionLine = SDPRule(
        "version-line", meta: .error, ours: .error, pbx: .error, "The first line is not v=0.", remedy: "Begin with v=0.", .refused)
    static let originLine = SDPRule(
        "origin-line", meta: .error, ours: .error, pbx: .error, "There is no o= line with six words, or its numbers or address are none.",
        remedy: "Write o=- NUMBER NUMBER IN IP4 ADDRESS.", .refused)
    static let sessionName = SDPRule(
        "session-name", meta: .warning, ours: .error, pbx: .warning,
        "The s= line is missing or empty.", remedy: "Write s=-.", .refused)
    static let timing = SDPRule(
        "timing", meta: .warning, ours: .error, pbx: .warning, "The t= line is missing, or is not two numbers.", remedy: "Write t=0 0.",
        .refused)
    static let lineOrder = SDPRule(
        "line-order", meta: .warning, ours: .error, pbx: .warning, "A line stands where RFC 8866 section 5 does not have it.",
        remedy: "Session: v o s i u e p c b t r z k a; media: m i c b k a.", .refused)
    static let duplicateLine = SDPRule(
        "duplicate-line", meta: .error, ours: .error, pbx: .error, "A second v=, o= or s= line.",
        remedy: "Look for two descriptions that were joined.", .refused)
    static let attributeLevel = SDPRule(
        "attribute-level", meta: .warning, ours: .error, pbx: .warning,
        "An attribute of a media section stands at session level, or the reverse.",
        remedy: "Write it where its RFC has it; elsewhere it is not read.", .refused)
    static let connectionLine = SDPRule(
        "connection-line", meta: .error, ours: .error, pbx: .error,
        "There is no c= line for the audio, or it holds no IP address; host names are not looked up.",
        remedy: "Write c=IN IP4 ADDRESS or c=IN IP6 ADDRESS.", .refused)
}

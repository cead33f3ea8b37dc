import NGProtocol
import SDP

/// `o=` and `s=` as the `replace` options want them.
struct OriginWriter {
    let options: Set<ReplaceOption>
    let address: SDPAddress

    /// What is kept steady is kept to what this party saw first; the version grows when the text changes.
    func apply(to description: inout SessionDescription, remembering written: inout WrittenOrigin) {
        if options.contains(.sessionName), let name = description.sessionName {
            description.sessionName = written.sessionName ?? name
        }
        written.sessionName = written.sessionName ?? description.sessionName
        guard var origin = description.origin else { return }
        let isFull = options.contains(.originFull) || written.isOurs
        if isFull || options.contains(.origin) { origin.address = address }
        if isFull || options.contains(.username) { origin.username = written.username ?? origin.username }
        if isFull { origin.sessionID = written.sessionID ?? origin.sessionID }
        written.username = written.username ?? origin.username
        written.sessionID = written.sessionID ?? origin.sessionID

        let heard = origin.sessionVersion
        let body = description.body(of: origin)
        origin.sessionVersion = version(body, heard: heard, written)
        description.origin = origin
        written.version = UInt64(origin.sessionVersion)
        written.body = body
    }

    private func version(_ body: Int, heard: String, _ written: WrittenOrigin) -> String {
        let forced = options.contains(.forceIncrementSDPVersion)
        guard forced || written.isOurs || options.contains(.originFull) || options.contains(.sdpVersion) else { return heard }
        guard let last = written.version else { return UInt64(heard).map(String.init) ?? "1" }
        return String(body == written.body && !forced ? last : last &+ 1)
    }
}

extension SessionDescription {
    /// The hash of all but the version: it grows when the rest changes (RFC 3264 section 8).
    func body(of origin: SDPOrigin) -> Int {
        var origin = origin
        origin.sessionVersion = ""
        var hasher = Hasher()
        hasher.combine(origin)
        for line in lines where line.type != "o" { hasher.combine(line) }
        hasher.combine(media)
        return hasher.finalize()
    }
}

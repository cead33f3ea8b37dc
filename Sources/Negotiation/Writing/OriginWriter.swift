import NGProtocol
import SDP
import Wire

/// `o=` and `s=` as the `replace` options want them.
struct OriginWriter {
    let options: Set<ReplaceOption>
    let address: IPAddress

    /// What is kept steady is kept to what this party saw first; the version grows when the text changes.
    func apply(to description: inout SessionDescription, remembering written: inout WrittenOrigin) {
        if options.contains(.sessionName), let name = description.sessionName {
            description.sessionName = written.sessionName ?? name
        }
        written.sessionName = written.sessionName ?? description.sessionName
        guard var origin = description.origin else { return }
        let isFull = options.contains(.originFull) || written.isOurs
        if isFull || options.contains(.origin) { origin.address = SDPAddress(address) }
        if isFull || options.contains(.username) { origin.username = written.username ?? origin.username }
        if isFull { origin.sessionID = written.sessionID ?? origin.sessionID }
        written.username = written.username ?? origin.username
        written.sessionID = written.sessionID ?? origin.sessionID

        let heard = origin.sessionVersion
        origin.sessionVersion = "0"
        description.origin = origin
        let body = description.description
        origin.sessionVersion = version(body, heard: heard, written)
        description.origin = origin
        written.version = UInt64(origin.sessionVersion)
        written.body = body
    }

    private func version(_ body: String, heard: String, _ written: WrittenOrigin) -> String {
        let forced = options.contains(.forceIncrementSDPVersion)
        guard forced || written.isOurs || options.contains(.originFull) || options.contains(.sdpVersion) else { return heard }
        guard let last = written.version else { return UInt64(heard).map(String.init) ?? "1" }
        return String(body == written.body && !forced ? last : last &+ 1)
    }
}

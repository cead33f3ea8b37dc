import Glibc

/// What systemd wants to hear of a service (sd_notify(3)); nothing without it.
enum ServiceManager {
    static func sayReady() { say("READY=1") }

    static func sayStopping() { say("STOPPING=1") }

    static func sayReloading() {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        say("RELOADING=1\nMONOTONIC_USEC=\(now.tv_sec * 1_000_000 + now.tv_nsec / 1_000)")
    }

    private static func say(_ state: String) {
        guard let path = getenv("NOTIFY_SOCKET"), var address = UnixAddress(String(cString: path)) else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = Array(state.utf8)
        _ = address.withPointer { sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, $1) }
    }
}

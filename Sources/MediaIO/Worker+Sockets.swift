import CSockets
import Glibc
import MediaCore
import Wire

extension Worker {
    /// Takes over all of the sockets or none of them.
    func open(_ sockets: [CallSocket], for entry: CallEntry, number: Int) -> Bool {
        for (index, socket) in sockets.enumerated() {
            guard open(socket, for: entry, number: number) else {
                for opened in sockets[..<index] { closeSocket(opened.slot, of: entry) }
                return false
            }
        }
        return true
    }

    private func open(_ socket: CallSocket, for entry: CallEntry, number: Int) -> Bool {
        guard entry.socket(slot: socket.slot) == nil else { return false }
        if socket.lease.isShared { return attach(socket, to: entry, number: number) }
        guard let descriptor = socket.lease.adopt() else { return false }
        guard let token = watch(descriptor, of: entry, number: number, slot: socket.slot) else {
            socket.lease.end()
            return false
        }
        entry.sockets.append(CallEntry.Socket(
            slot: socket.slot, token: token, descriptor: descriptor, lease: socket.lease,
            trafficClass: socket.lease.options.trafficClass))
        return true
    }

    private func watch(_ descriptor: Int32, of entry: CallEntry, number: Int, slot: Int) -> UInt64? {
        var socket = SocketTable.Entry(descriptor: descriptor, call: number, slot: slot)
        socket.owner = .passUnretained(entry)
        socket.machine = UnsafeRawPointer(Unmanaged.passUnretained(entry.call).toOpaque())
        let token = sockets.insert(socket)
        if io.add(descriptor, token: token) { return token }
        sockets.remove(token)
        return nil
    }

    private func unwatch(_ token: UInt64) {
        io.remove(token)
        if let index = sockets.index(of: token) { countDrops(index) }
        sockets.remove(token)
    }

    func closeSocket(_ slot: Int, of entry: CallEntry) {
        guard let index = entry.socket(slot: slot) else { return }
        close(entry.sockets.remove(at: index))
    }

    func closeSockets(_ entry: CallEntry) {
        for socket in entry.sockets { close(socket) }
        entry.sockets.removeAll()
    }

    private func close(_ socket: CallEntry.Socket) {
        if let twin = socket.path.twin {
            unwatch(twin.token)
            Glibc.close(twin.descriptor)
        }
        if let shared = socket.shared {
            shared.detach(socket.holder)
        } else {
            unwatch(socket.token)
        }
        socket.lease.end()
    }

    /// Has what a call sends carry a TOS byte; `nil` is that of the daemon. On a shared port it would be that of other calls.
    func setTrafficClass(_ wanted: UInt8?, of entry: CallEntry) {
        for index in entry.sockets.indices where entry.sockets[index].shared == nil {
            let socket = entry.sockets[index]
            let value = wanted ?? socket.lease.options.trafficClass
            guard value != socket.trafficClass else { continue }
            for descriptor in [socket.descriptor, socket.path.twin?.descriptor].compactMap(\.self) {
                // Quality, as when it was opened: a system that refuses it still carries the call.
                _ = rtpbridge_udp_set_traffic_class(descriptor, socket.lease.address.ip.family.rawValue, Int32(value))
            }
            entry.sockets[index].trafficClass = value
        }
    }

    // MARK: Twins

    /// Gives a call's own socket a twin that is connected to where it sends, or connects the one it has there.
    func connect(_ slot: Int, of entry: CallEntry, number: Int, to destination: TransportAddress) {
        guard let index = entry.socket(slot: slot), entry.sockets[index].shared == nil else { return }
        var remote = rtpbridge_address(destination)
        if let twin = entry.sockets[index].path.twin {
            // What waits for it goes to its former peer.
            outbox.flush()
            if rtpbridge_udp_connect(twin.descriptor, &remote) == 0 { entry.sockets[index].path.twin?.remote = destination }
            return
        }
        var options = entry.sockets[index].lease.options.system
        options.traffic_class = Int32(entry.sockets[index].trafficClass)
        let descriptor = rtpbridge_udp_twin(entry.sockets[index].descriptor, &options, &remote)
        // The last quarter of the descriptors is for new calls. They are given out lowest first.
        guard descriptor >= 0, descriptor < descriptorLimit / 4 * 3,
              let token = watch(descriptor, of: entry, number: number, slot: slot) else {
            if descriptor >= 0 { Glibc.close(descriptor) }
            entry.sockets[index].path.isRefused = true
            return
        }
        entry.sockets[index].path.twin = SteadyPath.Twin(descriptor: descriptor, token: token, remote: destination)
        counters.twins.increase()
    }
}

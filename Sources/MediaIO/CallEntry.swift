import MediaCore

/// A call on its worker: the machine, its inbox and its sockets.
final class CallEntry {
    struct Socket {
        var slot: Int
        var token: UInt64
        var descriptor: Int32
        var lease: SocketLease
    }

    let call: Call
    let queue: CallQueue
    /// A handful; searching them is faster than a dictionary.
    var sockets: [Socket] = []

    init(call: Call, queue: CallQueue) {
        self.call = call
        self.queue = queue
    }

    /// The descriptor to send from; `nil` for a number that the call does not have.
    func descriptor(slot: Int) -> Int32? {
        for index in sockets.indices where sockets[index].slot == slot { return sockets[index].descriptor }
        return nil
    }
}

import MediaCore
import Wire

/// A call on its worker: the machine, its inbox and its sockets.
final class CallEntry {
    struct Socket {
        var slot: Int
        var token: UInt64
        var descriptor: Int32
        var lease: SocketLease
        /// The shared port behind it, if it is one, and the number by which that knows the call.
        var shared: SharedSocket?
        var holder = -1
        var path = SteadyPath()
        /// Of what leaves from here; of no meaning for a shared port, whose calls have that in common.
        var trafficClass: UInt8 = 0
    }

    let call: Call
    let queue: CallQueue
    /// A handful; searching them is faster than a dictionary.
    @exclusivity(unchecked) var sockets: [Socket] = []

    init(call: Call, queue: CallQueue) {
        self.call = call
        self.queue = queue
    }

    /// Which of the sockets has the number; `nil` for one that the call does not have.
    func socket(slot: Int) -> Int? {
        for index in sockets.indices where sockets[index].slot == slot { return index }
        return nil
    }
}

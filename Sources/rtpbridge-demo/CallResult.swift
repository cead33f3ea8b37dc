import PeerSimulator
import Wire

/// All that is known of a call when it is over.
struct CallResult {
    var call: DemoCall
    var offer: Nanoseconds?
    var answer: Nanoseconds?
    /// When the callee had picked up: the set-up times count from here.
    var pickedUp: MonotonicInstant?
    var whatsApp: SideResult?
    var pbx: SideResult?
    /// Of this machine, while the call lasted.
    var longestStall = Nanoseconds.zero
    /// What ended the call before its time.
    var error: DemoError?

    var iceConnected: Nanoseconds? { sincePickUp(whatsApp?.report.iceConnected) }
    var dtlsConnected: Nanoseconds? { sincePickUp(whatsApp?.report.dtlsConnected) }

    func firstPacket(at side: SideResult?) -> Nanoseconds? {
        guard let pickedUp, let began = side?.report.receivingBegan else { return nil }
        return began - pickedUp
    }

    private func sincePickUp(_ step: Nanoseconds?) -> Nanoseconds? {
        guard let step, let pickedUp, let start = whatsApp?.report.sdpArrived else { return nil }
        return start + step - pickedUp
    }

    /// The peers were kept from playing their part; 40 ms are two frames, which every jitter buffer bridges.
    var isDisturbed: Bool { longestStall > .milliseconds(40) }

    var failures: [String] {
        let sides = [whatsApp, pbx].flatMap { $0?.failures(digits: CallRunner.digits) ?? [] }
        return (error.map { [$0.description] } ?? []) + sides
    }
}

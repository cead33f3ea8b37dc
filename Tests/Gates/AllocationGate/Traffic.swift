import MediaCore
import SteadyCalls
import Wire

/// A call between two peers that send a packet each every 20 ms, on buffers made beforehand.
final class Traffic {
    private let call: Call
    private let output = CallOutput(capacity: 16)
    private var now = MonotonicInstant(nanoseconds: 1_000_000_000)
    private let senders: [Sender]
    private var plan = CallPlan()
    private var isHeldBack = false
    private let changesThrift: Bool
    private let playsDigits: Bool
    private let digits = CallAction.playDigits(
        (0..<3).map { PlayedDigit(code: $0, duration: 100, pause: 100, volume: 10) }, media: 0)
    private var steps = 0
    private(set) var sent = 0

    init?(_ scenario: Scenario) {
        guard let first = Sender(scenario.first, slot: 0), let second = Sender(scenario.second, slot: 1) else { return nil }
        senders = [first, second]
        call = Call(CallConfiguration(seed: 1), at: now)
        plan.media = [first.plan(source: 1), second.plan(source: 0)]
        scenario.adjust(&plan)
        isHeldBack = scenario.beginsHeldBack
        changesThrift = scenario.changesThrift
        playsDigits = scenario.playsDigits
        if isHeldBack { plan.media[0].isGated = true }
        if plan.recording != nil { output.recordings = RecordingBlock() }
        call.apply(plan, at: now, into: output)
        exchange()
    }

    /// The end of the warm-up: a backlog is full by then, and is worked off from now on.
    func open() {
        guard isHeldBack else { return }
        isHeldBack = false
        plan.media[0].isGated = false
        call.apply(plan, at: now, into: output)
        exchange()
    }

    /// 20 ms of the call.
    func step() {
        steps += 1
        if changesThrift, steps % 100 == 0 { output.thrift = EncodingThrift.allCases[steps / 100 % EncodingThrift.allCases.count] }
        if playsDigits, steps % 200 == 0 { _ = call.perform(digits, at: now, into: output) }
        for sender in senders {
            if let packet = sender.nextPacket() { call.receive(packet, on: sender.slot, from: sender.address, at: now, into: output) }
        }
        let end = now + .milliseconds(20)
        while call.nextDeadline < end {
            now = max(now, call.nextDeadline)
            call.handleDeadline(at: now, into: output)
        }
        now = end
        output.recordings?.removeAll()
        exchange()
    }

    /// Hands what the call sent to its peers, and their answers to the call, until nobody has any more to say.
    private func exchange() {
        while !output.datagrams.isEmpty {
            sent += output.datagrams.count
            for datagram in output.datagrams {
                for sender in senders where sender.slot == datagram.slot { sender.receive(output.bytes(of: datagram), at: now) }
            }
            output.removeAll()
            for sender in senders {
                while let answer = sender.nextAnswer() {
                    call.receive(answer, on: sender.slot, from: sender.address, at: now, into: output)
                }
            }
        }
    }
}

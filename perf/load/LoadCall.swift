import NGProtocol
import Wire

/// One call: its two ends, and how far it is.
final class LoadCall {
    enum State {
        case offering, answering
        /// Answered; ICE and DTLS are under way.
        case connecting
        /// Both ends can send.
        case ready
        /// Both ends have heard something.
        case up
        case deleting
        case over
    }

    let number: Int
    /// One of those that come and go while others are measured.
    let isBackground: Bool
    let callID: String
    let legs: [MediaLeg]
    let peer: DTLSPeer?
    var state = State.offering
    var failure: String?
    let beganAt: Int64
    var answeredAt: Int64 = 0
    var readyAt: Int64 = 0

    init(number: Int, isBackground: Bool, callID: String, legs: [MediaLeg], peer: DTLSPeer?, at now: Int64) {
        self.number = number
        self.isBackground = isBackground
        self.callID = callID
        self.legs = legs
        self.peer = peer
        beganAt = now
    }

    func leg(_ side: Side) -> MediaLeg { legs[side.rawValue] }

    var isConnected: Bool {
        legs.allSatisfy { $0.remotePort != 0 } && (peer == nil || leg(.meta).outbound != nil)
    }
    var isHeard: Bool { legs.allSatisfy { $0.firstArrival != nil } }

    var fromTag: String { "from\(number)" }
    var toTag: String { "to\(number)" }
}

/// How long each step of the set-ups took.
struct SetUpTimes {
    var offer = DelayHistogram()
    var answer = DelayHistogram()
    var delete = DelayHistogram()
    /// From the reply to the answer until both ends can send.
    var ready = DelayHistogram()
    /// From the reply to the answer until both ends have heard something.
    var firstPacket = DelayHistogram()
    var begun = 0
    var completed = 0
    var failed = 0
    /// The first failure's reason.
    var failure: String?
}

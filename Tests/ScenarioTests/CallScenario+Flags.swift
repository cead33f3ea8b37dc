import MediaCore
import NGProtocol
import Negotiation
import PeerSimulator

// Calls in which the integrator says `whatsapp` and little else.

extension CallScenario {
    /// Options with the flag and what is changed of them.
    static func whatsApp(_ change: (inout WhatsAppOptions) -> Void = { _ in }) -> MediaOptions {
        var options = MediaOptions()
        options.whatsApp.isOn = true
        change(&options.whatsApp)
        return options
    }

    /// A call by the flag alone, set up at once.
    func flaggedCall(userCalls: Bool, options: MediaOptions = CallScenario.whatsApp()) throws {
        guard userCalls else {
            var options = options
            if setup.keying == .sdes { options.transport = .rtpSAVP }
            let offer = try negotiate(pbx.makeOffer(), isOffer: true, options: options)
            let answer = try negotiate(whatsApp.makeAnswer(to: offer, at: now), isOffer: false, options: MediaOptions())
            return pbx.receiveAnswer(answer, at: now)
        }
        let offer = try negotiate(whatsApp.makeOffer(at: now), isOffer: true, options: options)
        whatsApp.receiveAnswer(
            try negotiate(pbx.makeAnswer(to: offer, at: now), isOffer: false, options: MediaOptions()), at: now)
    }
}

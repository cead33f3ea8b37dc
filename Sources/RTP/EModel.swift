/// An estimate of conversational quality from loss and delay: the E-model (ITU-T G.107) with all other
/// parameters at their defaults.
///
///     R      = 93.2 - Id - Ie,eff                                 G.107 section 7.1
///     Ie,eff = Ie + (95 - Ie) * Ppl / (Ppl + Bpl)                 G.107 section 7.5, random loss
///     Id     = 0.024 T + 0.11 (T - 177.3)   (the second term for T > 177.3 ms only)
///     MOS    = 1 + 0.035 R + R (R - 60) (100 - R) * 7e-6          G.107 annex B
///
/// The line for Id is the usual two-piece approximation of G.107 section 7.4 (Cole and Rosenbluth, 2001);
/// up to 400 ms it stays within 3.5 points of R, and it needs no logarithms.
public enum EModel {
    /// What a codec costs (ITU-T G.113 appendix I).
    public enum Codec: Sendable, Equatable, CaseIterable {
        /// With concealment of lost packets: Ie 0, Bpl 25.1.
        case g711
        /// On the narrow-band scale no worse than G.711, whose band it covers, as long as nothing is lost: Ie 0. Its prediction
        /// takes a while to recover from a loss, as that of ADPCM (G.726) does: Bpl 19, a guess.
        case g722
        /// The ITU-T has no value for Opus on the narrow-band scale. We take the Ie of GSM-EFR, 5, for
        /// rates about 20 kbit/s, and the Bpl of a predictive codec with concealment, 19; in-band FEC is not counted.
        case opus
        /// G.729A with voice activity detection, Ie 11 and Bpl 19, as a careful guess at an unknown codec.
        case other

        /// Equipment impairment without loss.
        var equipmentImpairment: Double {
            switch self {
            case .g711, .g722: 0
            case .opus: 5
            case .other: 11
            }
        }
        /// Robustness against packet loss [%]: at this loss half of the remaining quality is gone.
        var lossRobustness: Double {
            switch self {
            case .g711: 25.1
            case .g722, .opus, .other: 19
            }
        }
    }

    /// The rating of a call without delay and loss, all parameters at the defaults of G.107 table 2.
    static let defaultRating = 93.2
    /// Above this one-way delay conversation suffers more with every millisecond [ms].
    static let delayKnee = 177.3

    /// The mean opinion score, 1.0 to 4.5.
    ///
    /// - Parameter packetLossPercent: 0 to 100, after the jitter buffer where that is known.
    /// - Parameter oneWayDelayMilliseconds: from mouth to ear, buffers and codecs included.
    public static func mos(packetLossPercent: Double, oneWayDelayMilliseconds: Double, codec: Codec) -> Double {
        mos(rating: rating(packetLossPercent: packetLossPercent, oneWayDelayMilliseconds: oneWayDelayMilliseconds, codec: codec))
    }

    /// The transmission rating factor R, 0 to 93.2. Values out of range, and those that are no numbers, count as the nearest.
    static func rating(packetLossPercent: Double, oneWayDelayMilliseconds: Double, codec: Codec) -> Double {
        let loss = packetLossPercent > 0 ? min(packetLossPercent, 100) : 0
        let delay = oneWayDelayMilliseconds > 0 ? min(oneWayDelayMilliseconds, 10_000) : 0
        let impairment = codec.equipmentImpairment
        let lossImpairment = impairment + (95 - impairment) * loss / (loss + codec.lossRobustness)
        let delayImpairment = 0.024 * delay + (delay > delayKnee ? 0.11 * (delay - delayKnee) : 0)
        return max(0, defaultRating - delayImpairment - lossImpairment)
    }

    /// G.107 annex B. Below R = 6.5 its polynomial falls under 1, which no listener can give.
    static func mos(rating: Double) -> Double {
        if rating <= 0 { return 1 }
        if rating >= 100 { return 4.5 }
        return max(1, 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6)
    }
}

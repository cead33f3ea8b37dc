import Glibc
@testable import RTP
import Testing

@Suite struct EModelTests {
    /// ITU-T G.107 annex B, the table of R and MOS.
    @Test(arguments: [(90, 4.34), (80, 4.03), (70, 3.60), (60, 3.10), (50, 2.58), (100, 4.5), (0, 1.0), (-20, 1.0), (130, 4.5)])
    func ratingsBecomeTheScoresOfTheStandard(_ rating: Double, _ score: Double) {
        #expect(abs(EModel.mos(rating: rating) - score) <= 0.0075, "the table has two digits")
    }

    @Test func aPerfectCallIsTheDefaultConnection() {
        #expect(EModel.rating(packetLossPercent: 0, oneWayDelayMilliseconds: 0, codec: .g711) == 93.2)
        #expect(abs(EModel.mos(packetLossPercent: 0, oneWayDelayMilliseconds: 0, codec: .g711) - 4.41) < 0.005)
    }

    /// ITU-T G.113 (02/2001) appendix I, measured Ie of G.711 with concealment under random loss; the formula is a fit to them.
    @Test(arguments: [(0, 0), (1, 5), (2, 7), (3, 10), (5, 15), (7, 20), (10, 25), (15, 35), (20, 45)] as [(Double, Double)])
    func g711UnderLoss(_ loss: Double, _ impairment: Double) {
        #expect(abs(impairmentAt(loss, .g711) - impairment) <= 3)
    }

    /// The same of G.729A with voice activity detection.
    @Test(arguments: [(0, 11), (0.5, 13), (1, 15), (1.5, 17), (2, 19), (3, 23), (4, 26), (8, 36), (16, 49)] as [(Double, Double)])
    func g729UnderLoss(_ loss: Double, _ impairment: Double) {
        #expect(abs(impairmentAt(loss, .other) - impairment) <= 1)
    }

    private func impairmentAt(_ loss: Double, _ codec: EModel.Codec) -> Double {
        93.2 - EModel.rating(packetLossPercent: loss, oneWayDelayMilliseconds: 0, codec: codec)
    }

    /// Against the whole of G.107 with its default parameters.
    @Test func delayFollowsTheStandardsFormulae() {
        #expect(abs(FullEModel.rating(delay: 0) - 93.2) < 0.05, "the model of this test itself")
        for delay in stride(from: 0.0, through: 400, by: 5) {
            let rating = EModel.rating(packetLossPercent: 0, oneWayDelayMilliseconds: delay, codec: .g711)
            #expect(abs(rating - FullEModel.rating(delay: delay)) < 3.5, "\(delay) ms: \(rating), \(FullEModel.rating(delay: delay))")
        }
    }

    @Test func moreLossAndDelayAreNeverBetter() {
        for codec in EModel.Codec.allCases {
            for delay in stride(from: 0.0, through: 2000, by: 50) {
                var former = 5.0
                for loss in stride(from: 0.0, through: 100, by: 0.5) {
                    let score = EModel.mos(packetLossPercent: loss, oneWayDelayMilliseconds: delay, codec: codec)
                    if score > former || score < 1 || score > 4.5 { Issue.record("\(codec) \(delay) ms \(loss) %: \(score)") }
                    former = score
                }
            }
        }
    }

    @Test func codecsAreRankedByTheirImpairment() {
        let scores = [EModel.Codec.g711, .opus, .other].map { EModel.mos(packetLossPercent: 1, oneWayDelayMilliseconds: 100, codec: $0) }
        #expect(scores == scores.sorted(by: >) && Set(scores).count == 3)
    }

    @Test(arguments: [Double.nan, .infinity, -.infinity, -1, 1e300])
    func anyNumberGivesAScore(_ value: Double) {
        #expect((1...4.5).contains(EModel.mos(packetLossPercent: value, oneWayDelayMilliseconds: 0, codec: .g711)))
        #expect((1...4.5).contains(EModel.mos(packetLossPercent: 0, oneWayDelayMilliseconds: value, codec: .g711)))
    }
}

/// G.107 section 7 in full, at the defaults of its table 2: what the estimate is measured by.
private enum FullEModel {
    static func rating(delay: Double) -> Double {
        // SLR 8, RLR 2, Ds 3, LSTR 18, STMR 15, Ps = Pr 35, Nc -70, Nfor -64, TELR 65, WEPL 110, qdu 1.
        let nos = 35.0 - 8 - 3 - 100 + 0.004 * pow(35.0 - 10 - 3 - 14, 2)
        let pre = 35 + 10 * log10(1 + pow(10, (10.0 - 18) / 10))
        let nor = 2 - 121 + pre + 0.008 * pow(pre - 35, 2)
        let powers = [-70.0, nos, nor, -64.0 + 2].map { pow(10, $0 / 10) }
        let noise = 10 * log10(powers.reduce(0, +))
        let ratio = 15 - 1.5 * (8 + noise)
        return ratio - simultaneous(noise: noise, ratio: ratio, delay: delay) - delayed(noise: noise, ratio: ratio, delay: delay)
    }

    /// Is, section 7.3.
    private static func simultaneous(noise: Double, ratio: Double, delay: Double) -> Double {
        let loudness = (10 + 0.2 * (64 + noise - 2)) / 8
        let tooLoud = 20 * (pow(1 + pow(loudness, 8), 1.0 / 8) - loudness)
        let sidetone = -10 * log10(pow(10, -1.5) + exp(-delay / 4) * pow(10, -6.5))
        let first = 12 * pow(1 + pow((sidetone - 13) / 6, 8), 1.0 / 8)
        let second = 28 * pow(1 + pow((sidetone + 1) / 19.4, 35), 1.0 / 35)
        let third = 13 * pow(1 + pow((sidetone - 3) / 33, 13), 1.0 / 13)
        let quantising = 37.0
        let g = 1.07 + 0.258 * quantising + 0.0602 * quantising * quantising
        let y = (ratio - 100) / 15 + 46 / 8.4 - g / 9
        let z = 46.0 / 30 - g / 40
        return tooLoud + first - second - third + 29 + 15 * log10(1 + pow(10, y) + pow(10, z))
    }

    /// Id, section 7.4, with T = Ta = Tr / 2.
    private static func delayed(noise: Double, ratio: Double, delay: Double) -> Double {
        let echoLoudness = 65 - 40 * log10((1 + delay / 10) / (1 + delay / 150)) + 6 * exp(-0.3 * delay * delay)
        let talker = -1.5 * (noise - 2) - (80 + 2.5 * (echoLoudness - 14))
        let talkerEcho = (talker / 2 + sqrt(talker * talker / 4 + 100) - 1) * (1 - exp(-delay))
        let listener = ratio - 10.5 * 117 * pow(2 * delay + 1, -0.25)
        let listenerEcho = listener / 2 + sqrt(listener * listener / 4 + 169)
        guard delay > 100 else { return talkerEcho + listenerEcho }
        let x = log2(delay / 100)
        let absolute = 25 * (pow(1 + pow(x, 6), 1.0 / 6) - 3 * pow(1 + pow(x / 3, 6), 1.0 / 6) + 2)
        return talkerEcho + listenerEcho + absolute
    }
}

@testable import MediaCore
import RTP
import Testing
import Wire

/// How a stream's quality went, in a bounded number of means.
@Suite struct QualityCourseTests {
    private func sample(_ number: Int) -> QualitySample {
        QualitySample(
            mos: Double(number), roundTrip: Int64(number) * 100, jitter: Double(2 * number), packetLoss: 1,
            at: MonotonicInstant(nanoseconds: Int64(number) * 5_000_000_000))
    }

    private func course(of count: Int) -> [QualitySample] {
        var course = QualityCourse()
        for number in 0..<count { course.add(sample(number)) }
        return course.samples
    }

    @Test func aFewSamplesStandAsTheyAre() {
        #expect(course(of: 0) == [])
        #expect(course(of: QualityCourse.capacity) == (0..<QualityCourse.capacity).map(sample))
    }

    /// The eleventh makes five of ten.
    @Test func moreAreMergedByTwo() {
        let eleven = course(of: 11)
        #expect(eleven.map(\.mos) == [0.5, 2.5, 4.5, 6.5, 8.5, 10])
        #expect(eleven.map(\.roundTrip) == [50, 250, 450, 650, 850, 1000])
        #expect(eleven.map(\.jitter) == [1, 5, 9, 13, 17, 20])
        // Each is dated by the last that is in it.
        #expect(eleven.map { Int($0.at.nanoseconds / 5_000_000_000) } == [1, 3, 5, 7, 9, 10])
        #expect(course(of: 12).last?.mos == 10.5)
        #expect(course(of: 12).count == 6)
    }

    /// However long the call is, there are never more than ten, and they are means over all of it.
    @Test func aLongCall() {
        for count in [20, 21, 40, 41, 1000, 12345] {
            let course = course(of: count)
            #expect(course.count > QualityCourse.capacity / 2 && course.count <= QualityCourse.capacity, "\(count)")
            #expect(zip(course, course.dropFirst()).allSatisfy { $0.mos < $1.mos && $0.at < $1.at })
            #expect(course.last.map { Int($0.at.nanoseconds / 5_000_000_000) } == count - 1)
        }
        let thousand = course(of: 1000)
        // Spans of 128, the first of which ends with sample 127.
        #expect(abs((thousand.first?.mos ?? 0) - 63.5) < 0.01)
    }

    @Test func aStreamHasOne() {
        var history = QualityHistory()
        for number in 1...3 {
            _ = history.add(
                lossPercent: 0, jitter: 1, roundTrip: .milliseconds(20), codec: .opus, listeningOnly: false,
                at: MonotonicInstant(nanoseconds: Int64(number)))
        }
        #expect(history.progression.count == 3)
        #expect(history.progression.first?.roundTrip == 20_000)
    }
}

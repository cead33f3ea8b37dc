import Glibc
import CSockets
import MediaCore
@testable import MediaIO
import Synchronization
import Testing
import Wire

@Suite struct CallQueueTests {
    /// A command that can be told by its media timeout.
    private func command(_ number: Int, _ refused: Counter = Counter()) -> CallCommand {
        .apply(CallPlan(mediaTimeout: Nanoseconds(Int64(number))), adding: [], removing: [], completion: { if !$0 { refused.add() } })
    }

    private func numbers(_ commands: [CallCommand]) -> [Int] {
        commands.compactMap { if case .apply(let plan, _, _, _) = $0 { Int(plan.mediaTimeout.count) } else { nil } }
    }

    @Test func commandsStayInOrder() {
        let queue = CallQueue(id: 1)
        #expect(queue.append(command(0)) == .appendedFirst)
        for number in 1..<10 { #expect(queue.append(command(number)) == .appended) }
        #expect(numbers(queue.takeAll()) == Array(0..<10))
        #expect(queue.takeAll().isEmpty)
        #expect(queue.append(command(10)) == .appendedFirst)
    }

    @Test func aFullQueueRefusesAllButTheEnd() {
        let queue = CallQueue(id: 1)
        for number in 0..<CallQueue.capacity { #expect(queue.append(command(number)) != .refused) }
        #expect(queue.append(command(99)) == .refused)
        #expect(queue.append(.end { _ in }) == .appended)
        #expect(queue.append(.end { _ in }) == .refused)
        #expect(queue.takeAll().count == CallQueue.capacity + 1)
        #expect(queue.append(command(0)) == .refused)
    }

    @Test func closingAnswersEveryWaitingCommandOnce() {
        let queue = CallQueue(id: 1)
        let refused = Counter()
        for number in 0..<5 { _ = queue.append(command(number, refused)) }
        queue.close()
        queue.close()
        #expect(refused.value == 5)
        #expect(queue.append(command(6)) == .refused)
    }

    @Test func aMailboxWithoutWorkerTakesNothing() {
        let mailbox = Mailbox()
        #expect(!mailbox.schedule(CallQueue(id: 1)))
        let refused = Counter()
        let handle = CallHandle(queue: CallQueue(id: 1), mailboxes: [mailbox], worker: 0)
        handle.apply(CallPlan()) { if !$0 { refused.add() } }
        handle.statistics { if $0 == nil { refused.add() } }
        handle.end { if $0 == nil { refused.add() } }
        #expect(refused.value == 3)
    }

    /// A worker that is at work needs no wake-up: it looks before it waits. One that waits gets one, however much comes.
    @Test func onlyAWaitingWorkerIsWoken() throws {
        let mailbox = Mailbox()
        let descriptor = try mailbox.open()
        #expect(mailbox.schedule(CallQueue(id: 1)))
        #expect(wakeUps(descriptor) == 0)
        #expect(!mailbox.beginWait())
        mailbox.endWait()
        var collected: [CallQueue] = []
        #expect(mailbox.collect(into: &collected) == .nothing && collected.count == 1)
        #expect(mailbox.beginWait())
        for number: UInt64 in 2..<5 { #expect(mailbox.schedule(CallQueue(id: number))) }
        #expect(wakeUps(descriptor) == 1)
        mailbox.endWait()
        #expect(mailbox.beginWait() == false)
    }

    @Test func ordersComeOnce() throws {
        let mailbox = Mailbox()
        var collected: [CallQueue] = []
        mailbox.askForTidying()
        _ = try mailbox.open()
        #expect(mailbox.collect(into: &collected) == .nothing)
        mailbox.askForTidying()
        #expect(mailbox.collect(into: &collected) == .tidy)
        #expect(mailbox.collect(into: &collected) == .nothing)
        mailbox.askForTidying()
        mailbox.stop()
        #expect(mailbox.collect(into: &collected) == .stop)
    }

    /// How often an eventfd was signalled since the last look.
    private func wakeUps(_ descriptor: Int32) -> UInt64 {
        var count: UInt64 = 0
        return read(descriptor, &count, 8) == 8 ? count : 0
    }

    /// Several calls are commanded at once while the worker's side keeps emptying: nothing is lost, each call's order holds.
    @Test func concurrentMailKeepsEachCallsOrder() async throws {
        let mailbox = Mailbox()
        let io = try PacketIO(.epoll, signal: try mailbox.open())
        let queues = (0..<4).map { CallQueue(id: UInt64($0)) }
        for queue in queues {
            Task.detached {
                for number in 0..<1000 {
                    while true {
                        let acceptance = queue.append(.apply(
                            CallPlan(mediaTimeout: Nanoseconds(Int64(number))), adding: [], removing: [], completion: { _ in }))
                        if acceptance == .appendedFirst { _ = mailbox.schedule(queue) }
                        if acceptance != .refused { break }
                        await Task.yield()
                    }
                }
            }
        }
        var seen: [UInt64: [Int]] = [:]
        var collected: [CallQueue] = []
        while seen.values.reduce(0, { $0 + $1.count }) < 4000 {
            io.wait(mailbox.beginWait() ? .seconds(20) : .zero, pause: .zero)
            mailbox.endWait()
            var packet = PacketIO.Packet()
            while io.next(&packet) {}
            _ = mailbox.collect(into: &collected)
            for queue in collected { seen[queue.id, default: []] += numbers(queue.takeAll()) }
            collected.removeAll()
            await Task.yield()
        }
        for queue in queues { #expect(seen[queue.id] == Array(0..<1000)) }
        _ = mailbox.close()
    }
}

/// Counts across threads.
final class Counter: Sendable {
    private let count = Atomic<Int>(0)
    var value: Int { count.load(ordering: .acquiring) }
    func add() { count.wrappingAdd(1, ordering: .acquiringAndReleasing) }
}

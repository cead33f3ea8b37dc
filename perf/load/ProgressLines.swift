import Glibc

/// Where the run is, as JSON lines to standard error, five a second at most.
final class ProgressLines {
    private var shownAt: Int64 = 0
    private var phase = ""

    func show(_ phase: String, _ done: Int, _ count: Int, isLast: Bool = false) {
        let now = SystemClock.now
        guard isLast || phase != self.phase || now - shownAt >= 200_000_000 else { return }
        shownAt = now
        self.phase = phase
        let line: JSONText = .object([("phase", .text(phase)), ("done", .whole(done)), ("of", .whole(count))])
        let bytes = Array((line.description + "\n").utf8)
        // A reader that is gone does not end the run.
        _ = Glibc.write(2, bytes, bytes.count)
    }
}

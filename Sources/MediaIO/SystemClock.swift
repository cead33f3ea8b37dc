import Glibc
public import Wire

/// The machine's clocks. Everything below this module gets the time as an argument.
public enum SystemClock {
    /// The time on `CLOCK_MONOTONIC`, which never steps back and keeps counting through clock corrections.
    public static var now: MonotonicInstant { MonotonicInstant(nanoseconds: read(CLOCK_MONOTONIC)) }

    /// Unix time minus monotonic time [ns]; add it to an instant to get the time of day for RTCP and logs.
    public static var wallClockOffset: Int64 { read(CLOCK_REALTIME) &- read(CLOCK_MONOTONIC) }

    /// How long the calling thread has had a processor.
    static var threadTime: Nanoseconds { Nanoseconds(read(CLOCK_THREAD_CPUTIME_ID)) }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}

import CSockets

/// How the process has its memory from the C library.
public enum ProcessMemory {
    /// Gives each thread that serves calls a heap of its own and no more: by default glibc makes eight for each processor, and memory
    /// that one thread frees in another's heap comes back to the system late. To be called before the first thread is started.
    /// - Parameter threads: how many threads serve calls.
    public static func limitHeaps(threads: Int) { rtpbridge_limit_heaps(Int32(clamping: threads)) }

    /// Gives what is free back to the system; takes milliseconds.
    static func giveBack() { rtpbridge_release_memory() }
}

import CSockets

/// How the process has its memory from the C library.
public enum ProcessMemory {
    /// Gives each thread that serves calls a heap of its own and no more: by default glibc makes eight for each processor, and memory
    /// that one thread frees in another's heap comes back to the system late. To be called before the first thread is started.
    /// - Parameter threads: how many threads serve calls.
    public static func limitHeaps(threads: Int) { rtpbridge_limit_heaps(Int32(clamping: threads)) }

    /// Has the calling thread give up what the C library keeps free for it alone.
    static func shedCache() { rtpbridge_shed_cache() }

    /// Gives what is free back to the system, on a thread of its own, as that takes milliseconds.
    static func giveBack() { rtpbridge_release_memory() }
}

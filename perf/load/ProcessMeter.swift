import Glibc
import Wire

/// What a process has used so far, from `/proc` (proc(5)).
struct ProcessMeter {
    let process: Int32

    struct Usage {
        /// [s]; exact to a clock tick, 10 ms.
        var user = 0.0
        var system = 0.0
        var threads = 0

        var total: Double { user + system }
    }

    struct Memory {
        /// [kB]
        var resident = 0
        /// Shared pages divided by their users [kB]; 0 where the kernel does not say.
        var proportional = 0
        /// Heap and stacks, without code that was read in meanwhile [kB].
        var anonymous = 0
    }

    /// `nil` once the process is gone.
    var usage: Usage? {
        guard let text = Self.read("/proc/\(process)/stat"), let bracket = text.lastIndex(of: ")") else { return nil }
        // The name may hold anything; what follows it begins with field 3.
        let fields = text[text.index(after: bracket)...].split(separator: " ")
        guard fields.count > 17, let user = Double(fields[11]), let system = Double(fields[12]), let threads = Int(fields[17]),
              fields[0] != "Z" else { return nil }
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        return Usage(user: user / ticks, system: system / ticks, threads: threads)
    }

    var memory: Memory {
        var memory = Memory()
        let pages = Self.read("/proc/\(process)/statm")?.split(separator: " ")
        memory.resident = (pages.flatMap { $0.count > 1 ? Int($0[1]) : nil } ?? 0) * Int(getpagesize()) / 1024
        for line in (Self.read("/proc/\(process)/smaps_rollup") ?? "").split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count > 1, let amount = Int(words[1]) else { continue }
            if words[0] == "Pss:" { memory.proportional = amount }
            if words[0] == "Anonymous:" { memory.anonymous = amount }
        }
        return memory
    }

    /// Of the last minute.
    static var loadAverage: Double {
        read("/proc/loadavg")?.split(separator: " ").first.flatMap { Double($0) } ?? 0
    }

    static func read(_ path: String) -> String? { readBytes(path).map { String(decoding: $0, as: UTF8.self) } }

    /// A whole file; `nil` if it cannot be opened.
    static func readBytes(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&block, 1, block.count, file)
            if count == 0 { return bytes }
            bytes += block[..<count]
        }
    }

    /// - Returns: whether all of it was written.
    static func write(_ bytes: [UInt8], to path: String) -> Bool {
        guard let file = fopen(path, "wb") else { return false }
        let written = fwrite(bytes, 1, bytes.count, file)
        return fclose(file) == 0 && written == bytes.count
    }
}

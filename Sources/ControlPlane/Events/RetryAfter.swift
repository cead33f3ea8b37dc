import Wire

/// The header `Retry-After` (RFC 9110 section 10.2.3).
enum RetryAfter {
    /// - Parameter unixSeconds: the time of day, for servers that name a date.
    /// - Returns: the time to wait, zero for a date that is past; `nil` for what is neither a number nor a date.
    static func parse(_ text: String, unixSeconds: Int64) -> Nanoseconds? {
        if !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) {
            // Longer numbers are longer than anybody waits.
            return .seconds(Int(text.utf8.count > 9 ? "999999999" : text) ?? 0)
        }
        guard let date = date(text) else { return nil }
        return .seconds(Int(min(max(date &- unixSeconds, 0), 999_999_999)))
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT` as Unix time; the two older forms are not read.
    private static func date(_ text: String) -> Int64? {
        let parts = text.split(separator: " ")
        guard parts.count == 6, parts[5] == "GMT", let day = number(parts[1], 1...31), let month = months.firstIndex(of: String(parts[2])),
              let year = number(parts[3], 1970...9999) else { return nil }
        let clock = parts[4].split(separator: ":", omittingEmptySubsequences: false)
        guard clock.count == 3, let hour = number(clock[0], 0...23), let minute = number(clock[1], 0...59),
              let second = number(clock[2], 0...60) else { return nil }
        return days(year: year, month: month + 1, day: day) * 86_400 + hour * 3_600 + minute * 60 + second
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func number(_ text: Substring, _ range: ClosedRange<Int64>) -> Int64? {
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int64(text),
              range.contains(number) else { return nil }
        return number
    }

    /// Days since 1970-01-01. The year is taken to begin in March, so that the leap day is its last.
    private static func days(year: Int64, month: Int, day: Int64) -> Int64 {
        let year = month > 2 ? year : year - 1
        let dayOfYear = (153 * Int64((month + 9) % 12) + 2) / 5 + day - 1
        return year * 365 + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
    }
}

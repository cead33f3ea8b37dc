/// What people want to see of a reply; `nil` leaves it as the daemon wrote it, which is a table of sorts already.
enum ReplyTable {
    /// - Parameter now: Unix time [s], for the age of calls.
    static func text(of reply: JSONValue, command: [String], now: Int64) -> String? {
        let words = command.map { $0.lowercased() }
        guard words.first == "list" || words.first == "get", case .array(let rows) = reply else { return nil }
        switch words.dropFirst().first {
        case "sessions": return rows.isEmpty ? nil : sessions(rows, now)
        case "interfaces": return rows.isEmpty ? nil : interfaces(rows)
        default: return nil
        }
    }

    private static func sessions(_ rows: [JSONValue], _ now: Int64) -> String {
        let columns = [
            TextTable.Column(title: "call-id"), TextTable.Column(title: "age", isNumber: true), TextTable.Column(title: "proxy"),
            TextTable.Column(title: "deleted"),
        ]
        let cells = rows.map { row in
            [row["callid"]?.plain ?? "", age(row["created"], now), row["proxy"]?.plain ?? "", row["deletionmark"]?.plain ?? ""]
        }
        return TextTable(columns: columns, rows: cells).text + "\(rows.count) \(rows.count == 1 ? "session" : "sessions")\n"
    }

    /// `h:mm:ss`
    private static func age(_ created: JSONValue?, _ now: Int64) -> String {
        guard case .integer(let created)? = created else { return "" }
        let (seconds, _) = now.subtractingReportingOverflow(created)
        func two(_ number: Int64) -> String { (number < 10 ? "0" : "") + String(number) }
        let age = max(0, seconds)
        return "\(age / 3600):\(two(age / 60 % 60)):\(two(age % 60))"
    }

    private static func interfaces(_ rows: [JSONValue]) -> String {
        let columns = [
            TextTable.Column(title: "name"), TextTable.Column(title: "address"), TextTable.Column(title: "family"),
            TextTable.Column(title: "ports"), TextTable.Column(title: "used", isNumber: true),
            TextTable.Column(title: "of", isNumber: true),
            TextTable.Column(title: "%", isNumber: true),
        ]
        return TextTable(columns: columns, rows: rows.map { row in
            let ports = "\(row["ports"]?["min"]?.plain ?? "")-\(row["ports"]?["max"]?.plain ?? "")"
            return [row["name"], row["address"], row["family"]].map { $0?.plain ?? "" } + [ports]
                + [row["used"], row["total"], row["used_pct"]].map { $0?.plain ?? "" }
        }).text
    }
}

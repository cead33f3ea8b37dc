/// Columns for people.
struct TextTable {
    struct Column {
        var title: String
        var isNumber = false
    }

    var columns: [Column]
    var rows: [[String]]

    var text: String {
        let widths = columns.indices.map { index in max(columns[index].title.count, rows.map { $0[index].count }.max() ?? 0) }
        func line(_ cells: [String]) -> String {
            let padded = cells.enumerated().map { index, cell in
                let blanks = String(repeating: " ", count: max(0, widths[index] - cell.count))
                return columns[index].isNumber ? blanks + cell : cell + blanks
            }
            var line = padded.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line + "\n"
        }
        return line(columns.map(\.title)) + line(widths.map { String(repeating: "-", count: $0) }) + rows.map(line).joined()
    }
}

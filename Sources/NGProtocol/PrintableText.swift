extension StringProtocol {
    /// The text with `?` for each control character: what a peer wrote must not begin a line of our log.
    public var printable: String {
        var output = String.UnicodeScalarView()
        for scalar in unicodeScalars { output.append(scalar.value < 0x20 || scalar.value == 0x7f ? "?" : scalar) }
        return String(output)
    }
}

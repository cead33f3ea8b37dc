/// Why an `a=crypto` line cannot be used. The line is then passed over; another one may do.
public enum SDESError: Error, Sendable, Equatable {
    /// The peer's fault: not the grammar of RFC 4568 section 9.1.
    case malformed
    /// The peer's fault: key and salt do not have the suite's lengths.
    case wrongKeyLength
    /// Incompatible: a suite that we do not have.
    case unknownSuite(String)
    /// Incompatible: a parameter that changes the packets and that we do not have, such as an MKI.
    case unsupportedParameter(String)
}

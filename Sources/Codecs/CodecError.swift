/// Why a codec could not be set up. Per-frame calls never throw: they return `nil`.
public enum CodecError: Error, Equatable, Sendable {
    /// A rate, channel count, bit rate or frame length that the codec does not have: our caller's fault.
    case unsupportedParameter
    /// The library refused or had no memory; its own (negative) error code.
    case library(code: Int32)
}

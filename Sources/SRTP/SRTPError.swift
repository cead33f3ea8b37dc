/// Why a transform could not be made. Packets have no errors, only an `SRTPTransform.Failure`.
public enum SRTPError: Error, Sendable, Equatable {
    /// Our limit: the library that was found has no such cipher.
    case suiteUnavailable(SRTPSuite)
    /// Our fault, or no memory left: libsrtp2 answered with this status code.
    case libraryFailed(status: UInt32)
}

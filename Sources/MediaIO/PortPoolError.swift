/// Why no socket could be leased.
public enum PortPoolError: Error, Sendable, Equatable {
    /// Every port of the range is leased or in use by another process.
    case exhausted
    /// The system refused a socket or the address, for example for want of descriptors: an errno value.
    case system(errno: Int32)
}

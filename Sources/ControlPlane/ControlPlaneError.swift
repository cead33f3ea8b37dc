public import MediaIO
public import SRTP
public import Wire

/// Why the daemon cannot start; each is the operator's to mend.
public enum ControlPlaneError: Error, Sendable, Equatable, CustomStringConvertible {
    case noListener
    case noInterface
    /// No device of this machine has the address of an interface.
    case addressNotLocal(IPAddress)
    case cannotListen(ListenAddress, reason: String)
    /// The PEM files of HTTPS cannot be read, or none are given.
    case cannotReadCertificate(reason: String)
    case cannotMakeCertificate(DTLSError)
    case engine(EngineError)
    case sharedPorts(SharedPortError)
    case events(EventTargetError)

    public var description: String {
        switch self {
        case .noListener: "no address to listen on for ng"
        case .noInterface: "no interface"
        case .addressNotLocal(let ip): "interface address \(ip) is not an address of this machine"
        case .cannotListen(let address, let reason): "cannot listen on \(address): \(reason)"
        case .cannotReadCertificate(let reason): "cannot serve HTTPS: \(reason)"
        case .cannotMakeCertificate(let error): "cannot make a DTLS certificate: \(error)"
        case .engine(let error): "cannot start the media engine: \(error)"
        case .sharedPorts(let error): "cannot share ports: \(error)"
        case .events(let error): "\(error)"
        }
    }
}

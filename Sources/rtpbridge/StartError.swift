/// Why the daemon does not start, in one line, and with which status it exits.
struct StartError: Error, CustomStringConvertible {
    var description: String
    var status: Int32

    /// The operator's to mend: a wrong option or value.
    static func usage(_ description: String) -> StartError { StartError(description: description, status: 2) }
    /// The machine does not let us, for example because the port is in use.
    static func system(_ description: String) -> StartError { StartError(description: description, status: 1) }
}

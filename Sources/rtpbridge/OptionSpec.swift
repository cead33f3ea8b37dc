/// One option of the command line and the configuration file, as far as reading them needs to know it.
struct OptionSpec: Sendable {
    enum Form: Sendable {
        /// Present or absent; in the file `true` or `false`.
        case flag
        case value
        /// May be given several times; in the file separated by `;`.
        case list
    }

    enum Status: Sendable {
        /// `DaemonOptions` has it.
        case done
        /// Belongs on the command line only.
        case commandLine
        /// rtpengine's, about parts of it that do not exist here, such as the kernel module.
        case meaningless
        /// rtpengine's, and not carried over yet.
        case unsupported
    }

    var name: String
    var letter: Character?
    var form: Form
    var status: Status

    /// The one warning that an option costs which does nothing; `nil` for one that does something.
    var warning: String? {
        switch status {
        case .done, .commandLine: nil
        case .meaningless: "option \(name) has no meaning here and is ignored"
        case .unsupported: "option \(name) is not supported yet and is ignored"
        }
    }
}

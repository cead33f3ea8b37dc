enum DaemonVersion {
    static let current = "0.4.0"
}

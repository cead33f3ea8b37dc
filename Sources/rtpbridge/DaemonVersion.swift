enum DaemonVersion {
    static let current = "0.2.0"
}

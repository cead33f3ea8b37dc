import MediaCore

/// What the control side asks of a call. Each completion is called once, whatever becomes of the command.
enum CallCommand: Sendable {
    case apply(CallPlan, adding: [CallSocket], removing: [Int], completion: @Sendable (Bool) -> Void)
    case perform(CallAction, completion: @Sendable (Bool) -> Void)
    case statistics(@Sendable (CallStatistics?) -> Void)
    case end(@Sendable (CallStatistics?) -> Void)
    /// From the handshake pool: a step of the call has been run.
    case finish(HandshakeStep)

    /// The answer to a command that no call will see: sockets given back, completion told.
    func refuse() {
        switch self {
        case .apply(_, let sockets, _, let completion):
            for socket in sockets { socket.lease.close() }
            completion(false)
        case .perform(_, let completion): completion(false)
        case .statistics(let completion), .end(let completion):
            completion(nil)
        case .finish: break
        }
    }
}

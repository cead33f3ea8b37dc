/// The control side's isolation: everything that knows of calls runs on one thread, `ControlThread`.
///
/// A request therefore costs no task, no lock and no change of thread until its plan goes to a worker; what it calls on its
/// way are plain functions. What waits for nobody belongs here; what may block (files, name lookups) does not.
@globalActor
actor ControlActor {
    static let shared = ControlActor()

    nonisolated var unownedExecutor: UnownedSerialExecutor { ControlThread.shared.asUnownedSerialExecutor() }

    /// Runs what belongs to the actor at once, on its thread. The conversion is the one that `MainActor.assumeIsolated` makes;
    /// the compiler offers it for no other global actor.
    nonisolated static func assumeIsolated<Result: Sendable>(_ body: @ControlActor () -> Result) -> Result {
        shared.preconditionIsolated()
        return withoutActuallyEscaping(body) { unsafeBitCast($0, to: (() -> Result).self)() }
    }

    /// Runs it on the actor, for those who `await`.
    @ControlActor static func run<Result: Sendable>(_ body: @ControlActor @Sendable () -> Result) -> Result { body() }
}

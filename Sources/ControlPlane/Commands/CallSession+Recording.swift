import Logging
import MediaCore
import MediaIO
import Negotiation
import NGProtocol

extension CallSession {
    typealias Warning = String

    /// `start recording`, `pause recording` and `stop recording`. What cannot be recorded is no error to rtpengine, nor to its clients:
    /// where a path is wrong they are told by a warning.
    func carryOut(_ command: RecordingCommand, _ reply: @escaping Reply) {
        guard dialogue != nil else { return reply(.error(.unknownCall)) }
        metadata = command.metadata ?? metadata
        let done: @ControlActor (Warning?) -> Void = { reply(.ok(warning: $0)) }
        let exclusion = excluded(command.options, tag: command.fromTag)
        switch command.action {
        case .start: startRecording(command.options, excluding: exclusion, then: done)
        case .pause: pauseRecording(then: done)
        case .stop: stopRecording(isKept: true, then: done)
        case .discard: stopRecording(isKept: false, then: done)
        }
    }

    /// What an offer or answer that is in force says of the recording.
    func record(_ options: RecordingOptions, _ kind: String, of tag: String, _ outcome: NGReply, _ reply: @escaping Reply) {
        guard outcome.isSuccess, options != RecordingOptions() || controls.recording != nil else { return reply(outcome) }
        let exclusion = excluded(options, tag: tag)
        let done: @ControlActor (Warning?) -> Void = { [self] warning in
            describe(outcome, kind)
            var outcome = outcome
            if let warning, outcome.dictionary["warning"] == nil { outcome.dictionary["warning"] = .string(warning) }
            if let capture = controls.recording?.names.capture { outcome.dictionary["recordings"] = .list([.string(capture)]) }
            reply(outcome)
        }
        switch options.records {
        case true?: startRecording(options, excluding: exclusion, then: done)
        case false?: stopRecording(isKept: !options.discards, then: done)
        case nil: exclude(exclusion, then: done)
        }
    }

    /// The call is over, and everything of it is with the writer.
    func concludeRecording() {
        if let recording = controls.recording { conclude(recording, isKept: true, callIsOver: true) }
    }

    // MARK: Begin

    private func startRecording(
        _ options: RecordingOptions, excluding exclusion: Int?, then: @escaping @ControlActor (Warning?) -> Void
    ) {
        if controls.recording != nil { return resumeRecording(excluding: exclusion, then: then) }
        guard RecordingNames.isAcceptable(options) else { return refuseRecording("its path must be absolute", then) }
        let names = RecordingNames(
            options, environment.configuration.recording, callID: callID, number: .random(in: 0 ... .max),
            sampleRate: plan.recordedSampleRate)
        guard let names else {
            // Nothing of it is in rtpengine's reply either, and proxies ask for recordings wherever the call goes.
            log(.error, "not recorded: no recording-dir is configured")
            return then(nil)
        }
        let onFailure: @Sendable (RecordingError) -> Void = { [weak self] error in
            ControlThread.post { self?.log(.error, "the recording ends here: \(error.description.printable)") }
        }
        Task { @ControlActor in
            // Files are opened elsewhere: a disk may be slow.
            do throws(RecordingError) {
                begin(try await Self.open(names, onFailure), excluding: exclusion, then: then)
            } catch { refuseRecording(error.description, then) }
        }
    }

    @concurrent private nonisolated static func open(
        _ names: RecordingNames, _ onFailure: @escaping @Sendable (RecordingError) -> Void
    ) async throws(RecordingError) -> RecordingFiles {
        try RecordingFiles(opening: names, onFailure: onFailure)
    }

    private func begin(_ files: RecordingFiles, excluding exclusion: Int?, then: @escaping @ControlActor (Warning?) -> Void) {
        let writer = environment.engine.recordings
        let id = writer.makeID()
        do throws(EngineError) { try writer.begin(files, as: id) } catch { return refuseRecording("\(error)", then) }
        var controls = controls
        if let exclusion { controls.excluded.insert(exclusion) }
        let names = files.names
        let packets = environment.configuration.recording?.packets ?? .received
        let recording = CallControls.Recording(
            plan: RecordingPlan(
                id: id, packets: names.capture == nil ? [] : packets, sampleRate: names.audio == nil ? nil : names.sampleRate),
            names: names)
        controls.recording = recording
        change(controls) { [self] isInForce in
            guard isInForce else {
                conclude(recording, isKept: false, callIsOver: true)
                return then(nil)
            }
            log(.notice, "recording begins: \(names.outline.printable)")
            then(nil)
        }
    }

    private func refuseRecording(_ reason: String, _ then: @ControlActor (Warning?) -> Void) {
        log(.error, "not recorded: \(reason.printable)")
        then("not recorded: \(reason)")
    }

    // MARK: Pause, exclusion, end

    private func resumeRecording(excluding exclusion: Int?, then: @escaping @ControlActor (Warning?) -> Void) {
        guard controls.recording?.plan.isPaused == true else { return exclude(exclusion, then: then) }
        var controls = controls
        controls.recording?.plan.isPaused = false
        if let exclusion { controls.excluded.insert(exclusion) }
        change(controls) { [self] isInForce in
            if isInForce { log(.notice, "recording goes on") }
            then(nil)
        }
    }

    private func pauseRecording(then: @escaping @ControlActor (Warning?) -> Void) {
        guard controls.recording?.plan.isPaused == false else { return then(nil) }
        var controls = controls
        controls.recording?.plan.isPaused = true
        change(controls) { [self] isInForce in
            if isInForce { log(.notice, "recording pauses") }
            then(nil)
        }
    }

    private func excluded(_ options: RecordingOptions, tag: String?) -> Int? {
        options.excludesParty ? tag.flatMap { dialogue?.participant(tag: $0) } : nil
    }

    private func exclude(_ exclusion: Int?, then: @escaping @ControlActor (Warning?) -> Void) {
        guard let exclusion, !controls.excluded.contains(exclusion) else { return then(nil) }
        var controls = controls
        controls.excluded.insert(exclusion)
        change(controls) { _ in then(nil) }
    }

    private func stopRecording(isKept: Bool, then: @escaping @ControlActor (Warning?) -> Void) {
        guard let recording = controls.recording else { return then(nil) }
        var controls = controls
        controls.recording = nil
        change(controls) { [self] isInForce in
            // Otherwise the call's end concludes it.
            if isInForce { conclude(recording, isKept: isKept, callIsOver: false) }
            then(nil)
        }
    }

    private func conclude(_ recording: CallControls.Recording, isKept: Bool, callIsOver: Bool) {
        environment.engine.recordings.end(recording.plan.id, RecordingEnd(
            callBegan: created, ended: environment.unixMicroseconds, callIsOver: callIsOver, metadata: metadata, isKept: isKept))
        log(.notice, "recording \(isKept ? "ends" : "is discarded"): \(recording.names.outline.printable)")
    }

    private func describe(_ outcome: NGReply, _ kind: String) {
        guard let recording = controls.recording, let sdp = outcome.dictionary["sdp"]?.text else { return }
        environment.engine.recordings.describe(
            recording.plan.id, RecordedDescription(kind: kind, sdp: sdp, time: environment.unixMicroseconds))
    }
}

import Logging
import MediaCore
import MediaIO
import Negotiation
import NGProtocol

extension CallSession {
    /// `play media`: the selected participants hear a recording in place of the others.
    func carryOut(_ play: PlayMediaCommand, _ reply: @escaping Reply) {
        attempt(reply) { () throws(NGError) in
            let listeners = try someParticipants(play.parties)
            relabel(play.parties)
            let recordings = environment.recordings
            switch play.source {
            case nil: throw .noMediaFile
            case .undecodable: throw .playbackFromBlob
            case .database: throw .playbackFromDatabase
            case .file(let path):
                load(failing: .playbackFromFile, reply, { () async throws(RecordingLibrary.Problem) in try await recordings.recording(path) },
                     then: { [self] in self.play($0, play, to: listeners, failing: .playbackFromFile, reply) })
            case .blob(let bytes):
                load(failing: .playbackFromBlob, reply, { () async throws(RecordingLibrary.Problem) in try await recordings.recording(bytes) },
                     then: { [self] in self.play($0, play, to: listeners, failing: .playbackFromBlob, reply) })
            }
        }
    }

    /// Files are read and converted elsewhere; the call's later commands wait for it.
    private func load(
        failing error: NGError, _ reply: @escaping Reply,
        _ load: @escaping @Sendable () async throws(RecordingLibrary.Problem) -> HoldAudio, then: @escaping @ControlActor (HoldAudio) -> Void
    ) {
        Task { @ControlActor in
            do throws(RecordingLibrary.Problem) { then(try await load()) } catch let problem {
                log(.warning, "nothing is played: \(problem.description.printable)")
                reply(.error(error))
            }
        }
    }

    private func play(
        _ audio: HoldAudio, _ command: PlayMediaCommand, to listeners: [Int], failing error: NGError, _ reply: @escaping Reply
    ) {
        let able = listeners.filter { listener in plan.media.contains { $0.participant == listener && $0.hearsOurAudio } }
        guard !able.isEmpty else { return reply(.error(error)) }
        var controls = controls
        for listener in able {
            playings += 1
            controls.playing[listener] = CallControls.Playing(
                audio: audio, id: playings, repetitions: command.repetitions, start: command.start, longest: command.longest)
        }
        change(controls) { isInForce in
            reply(isInForce ? .ok(["duration": .integer(Int64(audio.milliseconds))]) : .error(.unknownCallID))
        }
    }

    /// `stop media`: with where in the recording the last frame was.
    func carryOut(_ stop: StopMediaCommand, _ reply: @escaping Reply) {
        attempt(reply) { () throws(NGError) in
            let listeners = try someParticipants(stop.parties)
            relabel(stop.parties)
            let playing = listeners.filter { controls.playing[$0] != nil }
            guard let first = playing.first else { throw .notPlaying }
            withStatistics { [self] statistics in
                let position = statistics.media.first { $0.participant == first && $0.playbackPosition != nil }?.playbackPosition
                var controls = controls
                for listener in playing { controls.playing[listener] = nil }
                change(controls) { isInForce in
                    guard isInForce else { return reply(.error(.unknownCallID)) }
                    reply(.ok(["last-frame-pos": .integer(Int64(position ?? 0))]))
                }
            }
        }
    }

    /// `play DTMF`: as if the selected participants had pressed a digit.
    func carryOut(_ play: PlayDTMFCommand, _ reply: @escaping Reply) {
        attempt(reply) { () throws(NGError) in
            let sources = try someParticipants(play.parties)
            relabel(play.parties)
            guard let code = play.event else { throw .digitOutOfRange }
            let lines = plan.media.indices.filter { sources.contains(plan.media[$0].participant) && plan.media[$0].hearsOurAudio }
            guard !lines.isEmpty else { throw .noDigitSource }
            let heard = lines.filter { line in plan.media.contains { $0.source == line && $0.isActive && $0.takesDigits } }
            guard !heard.isEmpty else { throw .noDigitSink }
            let digit = PlayedDigit(code: code, duration: play.duration, pause: play.pause, volume: play.volume)
            press(digit, on: heard, isDone: false) { reply($0 ? .ok() : .error(.noDigitSink)) }
        }
    }

    /// One m-line after the other; `then` hears whether at least one could.
    private func press(_ digit: PlayedDigit, on lines: [Int], isDone: Bool, then: @escaping @ControlActor (Bool) -> Void) {
        guard let line = lines.first else { return then(isDone) }
        handle.perform(.playDigits([digit], media: line)) { isHeard in
            ControlThread.post { self.press(digit, on: Array(lines.dropFirst()), isDone: isDone || isHeard, then: then) }
        }
    }
}

extension MediaPlan {
    fileprivate var takesDigits: Bool { sendPayloads.contains { $0.format == .telephoneEvent || $0.format.isTranscodable } }
}

extension HoldAudio {
    /// [ms]
    fileprivate var milliseconds: Int { narrowband.samples.count * 1000 / narrowband.sampleRate }
}

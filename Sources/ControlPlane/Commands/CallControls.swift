import MediaCore
import MediaIO
import Negotiation
import NGProtocol

/// What commands and flags have set beside the descriptions, to be laid over every plan that a negotiation makes.
///
/// Participants are meant by their index in the dialogue, which never changes.
struct CallControls {
    /// What holds for everybody.
    var everywhere: MediaTreatment = []
    /// What holds for all that a participant sends.
    private(set) var bySource: [Int: MediaTreatment] = [:]
    /// What holds for all that one participant hears of another.
    private(set) var byFlow: [Flow: MediaTreatment] = [:]
    /// The TOS byte of the call's packets; `nil` is the daemon's.
    var trafficClass: UInt8?
    /// What participants hear in place of the others.
    var playing: [Int: Playing] = [:]
    var recording: Recording?
    /// Participants who are in no recording of the call.
    var excluded: Set<Int> = []

    struct Flow: Hashable {
        var source: Int
        var sink: Int
    }

    /// A recording that is being played to one participant.
    struct Playing {
        var audio: HoldAudio
        var id: UInt64
        /// `nil` for over and over.
        var repetitions: Int?
        /// [ms]
        var start: Int
        /// [ms]; `nil` for no limit.
        var longest: Int?
    }

    struct Recording {
        var plan: RecordingPlan
        var names: RecordingNames
    }

    /// What a treatment is set for.
    enum Scope: Equatable {
        /// The call; what is set of single parties stays.
        case call
        /// The call, and what is set of single parties is gone when it ends.
        case everything
        case source(Int)
        case flows([Flow])
    }

    mutating func set(_ treatment: MediaTreatment, isOn: Bool, for scope: Scope) {
        switch scope {
        case .call, .everything:
            isOn ? everywhere.formUnion(treatment) : everywhere.subtract(treatment)
            guard scope == .everything, !isOn else { return }
            bySource = bySource.mapValues { $0.subtracting(treatment) }.filter { !$0.value.isEmpty }
            byFlow = byFlow.mapValues { $0.subtracting(treatment) }.filter { !$0.value.isEmpty }
        case .source(let source): Self.set(treatment, isOn, &bySource[source])
        case .flows(let flows): for flow in flows { Self.set(treatment, isOn, &byFlow[flow]) }
        }
    }

    private static func set(_ treatment: MediaTreatment, _ isOn: Bool, _ target: inout MediaTreatment?) {
        var value = target ?? []
        isOn ? value.formUnion(treatment) : value.subtract(treatment)
        target = value.isEmpty ? nil : value
    }

    /// What a description asks of the audio of the party that speaks, and of the call.
    mutating func note(_ options: MediaOptions, of source: Int) {
        if let type = options.typeOfService, type >= 0 { trafficClass = UInt8(exactly: type) }
        let audio = options.audio
        if audio.noJitterBuffer { everywhere.insert(.unbuffered) }
        var treatment: MediaTreatment = []
        if audio.blocksDTMF { treatment.insert(.digitsBlocked) }
        if audio.detectsDTMF { treatment.insert(.detectsTones) }
        if audio.forcesTranscoding { treatment.insert(.alwaysConverts) }
        if !treatment.isEmpty { set(treatment, isOn: true, for: .source(source)) }
    }

    /// The playing of that number is over.
    mutating func playingEnded(_ id: UInt64) { playing = playing.filter { $0.value.id != id } }

    func apply(to plan: inout CallPlan) {
        plan.trafficClass = trafficClass
        plan.recording = recording?.plan
        plan.recording?.excluded = excluded.sorted()
        for index in plan.media.indices {
            let isAudio = plan.media[index].relay == .audio
            let sink = plan.media[index].participant
            if let source = plan.media[index].source, plan.media.indices.contains(source) {
                let treatment = treatment(from: plan.media[source].participant, to: sink)
                // All that can be done to media that passes as it is.
                plan.media[index].treatment.formUnion(isAudio ? treatment : treatment.intersection(.blocked))
                if isAudio { plan.media[index].treatment.formUnion(plan.media[index].digitConversion(from: plan.media[source])) }
            }
            if isAudio, let playing = playing[sink] { plan.media[index].playback = playing.plan(for: plan.media[index]) }
        }
    }

    private func treatment(from source: Int, to sink: Int) -> MediaTreatment {
        everywhere.union(bySource[source] ?? []).union(byFlow[Flow(source: source, sink: sink)] ?? [])
    }
}

extension CallControls.Playing {
    /// `nil` for an m-line whose formats we cannot encode.
    func plan(for media: MediaPlan) -> PlaybackPlan? {
        guard let format = media.sendPayloads.first(where: { $0.format.isTranscodable })?.format else { return nil }
        return PlaybackPlan(clip: audio.clip(for: format), id: id, repetitions: repetitions, start: start, longest: longest)
    }
}

extension MediaPlan {
    /// What becomes of the digits of `source`, if only one of the two peers knows `telephone-event` (RFC 4733).
    fileprivate func digitConversion(from source: MediaPlan) -> MediaTreatment {
        let (spoken, heard) = (source.knowsEvents, knowsEvents)
        guard spoken != heard, source.sendPayloads.contains(where: { $0.format.isTranscodable }) else { return [] }
        return heard ? .detectsTones : .generatesTones
    }

    private var knowsEvents: Bool { sendPayloads.contains { $0.format == .telephoneEvent } }

    /// Whether we can make audio for the peer.
    var hearsOurAudio: Bool { isActive && relay == .audio && sendPayloads.contains { $0.format.isTranscodable } }
}

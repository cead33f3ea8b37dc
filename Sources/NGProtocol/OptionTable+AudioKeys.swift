extension OptionTable {
    /// Keys of the recording commands, and of offers and answers that begin a recording.
    static let recordingKeys: [OptionEntry] = [
        .words("record-call", form: .string, .p2, "offer, answer: on (or yes) begins to record the call, off (or no) ends it") {
            switch $0 {
            case "on", "yes": $1.fields.recording.records = true
            case "off", "no": $1.fields.recording.records = false
            default: return .unknown
            }
            return nil
        },
        .text("recording-file", aliases: ["recording-dest", "recording-destination", "output-file", "output-dest", "output-destination"],
              .p2, "the path of the recording", \.fields.recording.file),
        .text("recording-dir", aliases: ["recording-path", "recording-directory", "recording-folder", "output-dir", "output-path",
                                         "output-directory", "output-folder"],
              .p2, "a directory in place of the daemon's", \.fields.recording.directory),
    ]

    /// Keys of `play media` and `play DTMF`.
    static let playbackKeys: [OptionEntry] = [
        OptionEntry("file", .string, .p2, "play media: the path of a WAV file on this machine") { value, message in
            guard let path = value.text else { return [.unknown("(not a string)")] }
            message.fields.playback.source = .file(path)
            return []
        },
        OptionEntry("blob", .string, .p2, "play media: the file itself") { value, message in
            guard let bytes = value.data else { return [.unknown("(not a string)")] }
            message.fields.playback.source = .blob(bytes)
            return []
        },
        OptionEntry("blob64", .string, .p2, "play media: the file itself in base64 (RFC 4648)") { value, message in
            guard let bytes = value.data else { return [.unknown("(not a string)")] }
            message.fields.playback.source = Base64.decode(bytes).map(PlayMediaCommand.Source.blob) ?? .undecodable
            return []
        },
        OptionEntry("db-id", .integer, .p3, "play media: fails, because there is no database") { value, message in
            guard let id = value.number else { return [.unknown(value.text ?? "(not a number)")] }
            message.fields.playback.source = .database(id: id)
            return []
        },
        .number("repeat-times", .p2, "play media: how often it is played", \.fields.playback.repeatTimes),
        .number("repeat-duration", .p2, "play media: for how long it is played, over and over [ms]; before repeat-times",
                \.fields.playback.repeatDuration),
        .number("start-pos", .p2, "play media: where in the file to begin [ms]", \.fields.playback.start),
        .words("audio-player", aliases: ["player"], form: .string, .p2,
               "always (or force): as force-transcoding; default, on and off change nothing, since playing needs no preparation") {
            switch $0 {
            case "default", "on", "yes", "enable", "enabled", "transcode", "transcoding": break
            case "off", "no", "disable", "disabled": break
            case "always", "force", "forced", "everything": $1.media.audio.forcesTranscoding = true
            default: return .unknown
            }
            return nil
        },
        OptionEntry("code", aliases: ["digit"], .integer, .p1, "play DTMF: 0 to 15, or one of 0 to 9, *, #, A to D") { value, message in
            if case .string(let text) = value, text.utf8.count == 1, let character = text.utf8.first {
                message.fields.digits.code = Int(character)
            } else if let code = value.number {
                message.fields.digits.code = code
            } else {
                return [.unknown(value.text ?? "(not a number)")]
            }
            return []
        },
        .number("duration", .p1, "play DTMF: its length, 100 to 5000 [ms]; 250 unless given", \.fields.digits.duration),
        OptionEntry("pause", .integer, .p1,
                    "play DTMF: the silence behind it, 100 to 5000 [ms], 100 unless given; stop recording: yes, as the flag") {
            $1.fields.applyPause($0)
        },
        .number("volume", .p1, "play DTMF: 0 to 63 [-dBm0], with either sign; 8 unless given", \.fields.digits.volume),
        .text("DTMF-log-dest", aliases: ["DTMF-log-destination", "dtmf-log-dest", "dtmf-log-destination"], .p1,
              "address:port that the call's digits are reported to by UDP", \.fields.digitReports),
    ]
}

extension MessageFields {
    fileprivate mutating func applyPause(_ value: NGValue) -> [OptionEntry.Remark] {
        if let length = value.number {
            digits.pause = length
            return []
        }
        switch value.text {
        case "yes", "on", "true": recording.pauses = true
        case "no", "off", "false": recording.pauses = false
        case let text: return [.unknown(text ?? "(not a number)")]
        }
        return []
    }
}

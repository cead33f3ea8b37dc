import NGProtocol
import Testing
import Wire

@Suite struct CommandTests {
    private func parse(_ command: NGValue, _ keys: NGDictionary = [:]) throws -> NGCommand {
        var dictionary: NGDictionary = ["command": command, "call-id": "c"]
        for entry in keys.entries { dictionary.append(entry.key, entry.value) }
        let request = try NGRequest(dictionary)
        #expect(request.warnings.isEmpty, "\(request.warnings)")
        return request.command
    }

    private func error(_ dictionary: NGDictionary) -> NGError? {
        do throws(NGError) { _ = try NGRequest(dictionary) } catch { return error }
        return nil
    }

    /// With nothing but its name every command says what it wants first.
    @Test func whatIsMissing() {
        let none: Set<NGCommandName> = [.ping, .list, .statistics, .create]
        for name in NGCommandName.allCases {
            let expected: NGError? = switch name {
            case .offer, .answer, .publish, .createAnswer: .noSDP
            case .cli, .upperCaseCLI: .noBody
            default: none.contains(name) || name.isIgnored ? nil : .noCallID
            }
            #expect(error(["command": .string(name.rawValue)]) == expected, "\(name)")
        }
        #expect(error(["command": "create answer", "sdp": "v=0"]) == .noCallID)
        #expect(error(["command": "create answer", "sdp": "v=0", "call-id": "c"]) == .noFromTag)
        #expect(error(["command": "play dtmf"]) == .unrecognizedCommand)
    }

    @Test func recording() throws {
        let keys: NGDictionary = [
            "from-tag": "a", "metadata": "x:y", "output folder": "/r", "recording-destination": "/r/a.wav", "flags": ["exclude recording"],
        ]
        guard case .record(let start) = try parse("start recording", keys) else { throw NGError.noCommand }
        #expect(start.callID == "c" && start.action == .start && start.fromTag == "a" && start.metadata == "x:y")
        #expect(start.options.directory == "/r" && start.options.file == "/r/a.wav" && start.options.excludesParty)
        for (keys, action) in [
            ([:], .stop), (["pause": "yes"], .pause), (["flags": ["pause"]], .pause), (["pause": "no"], .stop),
            (["flags": ["discard-recording"]], .discard),
        ] as [(NGDictionary, RecordingCommand.Action)] {
            guard case .record(let stop) = try parse("stop recording", keys) else { throw NGError.noCommand }
            #expect(stop.action == action)
        }
        guard case .record(let pause) = try parse("pause recording") else { throw NGError.noCommand }
        #expect(pause.action == .pause)
        #expect(NGMessage(["record call": "yes"]).fields.recording.records == true)
        #expect(NGMessage(["record-call": "off"]).fields.recording.records == false)
        #expect(message(flags: "record-call").fields.recording.records == true)
    }

    @Test(arguments: [
        ("block DTMF", TreatmentCommand.Treatment.blockDTMF, true), ("unblock DTMF", .blockDTMF, false), ("block media", .blockMedia, true),
        ("unblock media", .blockMedia, false), ("silence media", .silenceMedia, true), ("unsilence media", .silenceMedia, false),
    ])
    func treatments(_ name: String, _ treatment: TreatmentCommand.Treatment, _ isOn: Bool) throws {
        guard case .treat(let command) = try parse(.string(name), ["from-tag": "a", "to-tag": "b"]) else { throw NGError.noCommand }
        #expect(command.callID == "c" && command.treatment == treatment && command.isOn == isOn)
        #expect(command.parties.party == nil && command.parties.sink == nil, "proxies send tags in any case")
    }

    @Test func playMedia() throws {
        guard case .playMedia(let once) = try parse("play media", ["from-tag": "a", "file": "/a.wav"]) else { throw NGError.noCommand }
        #expect(once.source == .file("/a.wav") && once.parties.party == .tag("a"))
        #expect(once.repetitions == 1 && once.longest == nil && once.start == 0)
        let keys: NGDictionary = ["blob64": "UklG\nRg==", "repeat times": "3", "start pos": "1500", "all": "all", "from-tag": "a"]
        guard case .playMedia(let often) = try parse("play media", keys) else { throw NGError.noCommand }
        #expect(often.source == .blob(Array("RIFF".utf8)) && often.repetitions == 3 && often.start == 1500)
        #expect(often.parties.scope == .everything && often.parties.party == nil)
        let long: NGDictionary = ["db-id": "5", "repeat-times": 3, "repeat-duration": 9000, "start-pos": -1]
        guard case .playMedia(let timed) = try parse("play media", long) else { throw NGError.noCommand }
        #expect(timed.source == .database(id: 5) && timed.repetitions == nil && timed.longest == 9000 && timed.start == 0)
        guard case .playMedia(let none) = try parse("play media") else { throw NGError.noCommand }
        #expect(none.source == nil && none.parties.party == nil)
        guard case .stopMedia(let stop) = try parse("stop media", ["address": "192.0.2.1"]) else { throw NGError.noCommand }
        #expect(stop.parties.party == .address("192.0.2.1"))
    }

    /// A recording is no text, and comes as it was sent.
    @Test func blobsAreBytes() throws {
        let recording: [UInt8] = Array("RIFF".utf8) + [0xff, 0xfe, 0, 0x80]
        let bytes = Array("d7:command10:play media7:call-id1:c4:blob8:".utf8) + recording + Array("e".utf8)
        let value = try bytes.withBytes { try BencodeDecoder.decode($0).value }
        guard case .dictionary(let dictionary) = value, case .playMedia(let play) = try NGRequest(dictionary).command else {
            throw NGError.noCommand
        }
        #expect(play.source == .blob(recording))
        #expect(BencodeEncoder.encode(value) == bytes)
        #expect(NGMessage(["blob": "RIFF"]).fields.playback.source == .blob(Array("RIFF".utf8)))
    }

    @Test(arguments: [
        ("", []), ("Zg==", [0x66]), ("Zg", [0x66]), ("Zm8=", [0x66, 0x6f]), ("Zm9v", [0x66, 0x6f, 0x6f]), ("+/+/", [0xfb, 0xff, 0xbf]),
    ] as [(String, [UInt8])])
    func base64(_ text: String, _ bytes: [UInt8]) {
        #expect(NGMessage(["blob64": .string(text)]).fields.playback.source == .blob(bytes))
    }

    @Test(arguments: ["Z", "Zg=x", "Zm9v!", "Zm-_", "Zm9vZ"]) func noBase64(_ text: String) {
        #expect(NGMessage(["blob64": .string(text)]).fields.playback.source == .undecodable)
    }

    @Test(arguments: [
        (5, 5), (15, 15), ("7", 7), ("#", 11), ("*", 10), ("D", 15), ("11", 11), (53, 5), (16, nil), (-1, nil), ("a", nil), (300, nil),
    ] as [(NGValue, UInt8?)])
    func digits(_ code: NGValue, _ event: UInt8?) throws {
        guard case .playDTMF(let play) = try parse("play DTMF", ["code": code]) else { throw NGError.noCommand }
        #expect(play.event == event)
        #expect((play.duration, play.pause, play.volume) == (250, 100, 8))
    }

    @Test func digitsAreClamped() throws {
        for (keys, expected) in [
            (["duration": 10, "pause": "1", "volume": -10], (100, 100, 10)),
            (["duration": 9999, "pause": 9999, "volume": 99], (5000, 5000, 63)),
            (["duration": 0, "pause": 0, "volume": 0], (250, 100, 0)), (["duration": "200", "pause": 150, "volume": "10"], (200, 150, 10)),
            (["volume": .integer(.min)], (250, 100, 63)),
        ] as [(NGDictionary, (Int, Int, UInt8))] {
            var keys = keys
            keys["digit"] = "1"
            guard case .playDTMF(let play) = try parse("play DTMF", keys) else { throw NGError.noCommand }
            #expect((play.duration, play.pause, play.volume) == expected)
        }
        guard case .playDTMF(let none) = try parse("play DTMF", ["label": "b"]) else { throw NGError.noCommand }
        #expect(none.event == nil && none.parties.party == .label("b"))
    }

    @Test func publishing() throws {
        guard case .publish(let publish) = try NGRequest(["command": "publish", "sdp": "v=0", "interface": "i"]).command else {
            throw NGError.noCommand
        }
        #expect(publish.callID == nil && publish.fromTag == nil && publish.media.addressing.interface == "i")
    }

    /// As OpenSIPS asks for it.
    @Test func subscribing() throws {
        let keys: NGDictionary = ["flags": ["inactive", "all", "siprec"], "to-label": "recorder", "codec": ["transcode": ["PCMU"]]]
        guard case .subscribe(let request) = try parse("subscribe request", keys) else { throw NGError.noCommand }
        #expect(request.parties.scope == .everything && request.toTag == nil && request.label == "recorder")
        #expect(request.options.isInactive && request.options.describesMedia && !request.options.takesEgress)
        #expect(request.media.codecs.transcode == ["PCMU"])
        let single: NGDictionary = ["from-tag": "a", "to-tag": "s", "set label": "x", "to-label": "y", "flags": ["egress", "mixed"]]
        guard case .subscribe(let one) = try parse("subscribe request", single) else { throw NGError.noCommand }
        #expect(one.parties.party == .tag("a") && one.parties.sink == nil && one.toTag == "s" && one.label == "x")
        #expect(one.options.takesEgress && one.parties.newLabel == nil)
        guard case .subscribe(let several) = try parse("subscribe request", ["from tags": "a,b", "flags": ["from-tags-c"]]) else {
            throw NGError.noCommand
        }
        #expect(several.parties.fromTags == ["a", "b", "c"] && several.parties.party == nil)
    }

    @Test func answeringASubscription() throws {
        let keys: NGDictionary = ["to-tag": "s", "sdp": "v=0", "flags": ["allow transcoding"], "codec": ["transcode": ["PCMU"]]]
        guard case .subscribeAnswer(let answer) = try parse("subscribe answer", keys) else { throw NGError.noCommand }
        #expect(answer.toTag == "s" && answer.sdp == "v=0")
        #expect(answer.media.codecs.allowsTranscoding && answer.media.codecs.transcode.isEmpty)
        guard case .subscribeAnswer(let empty) = try parse("subscribe answer") else { throw NGError.noCommand }
        #expect(empty.toTag == nil && empty.sdp == nil)
        guard case .unsubscribe(let end) = try parse("unsubscribe", ["to-tag": "s"]) else { throw NGError.noCommand }
        #expect(end.toTag == "s")
    }

    @Test func creating() throws {
        let medias: NGValue = [["type": "audio", "id": "0", "codecs": ["opus/48000/2", "PCMA"]], ["type": "video"]]
        let request = try NGRequest(["command": "create", "medias": medias, "transport-protocol": "RTP/AVP"])
        guard case .create(let create) = request.command else { throw NGError.noCommand }
        #expect(create.callID == nil && create.medias.count == 2 && create.media.transport == .rtpAVP && request.warnings.isEmpty)
        #expect(create.medias[0].id == "0" && create.medias[0].codecs == ["opus/48000/2", "PCMA"] && create.medias[1].kind == "video")
        let many = NGMessage(["medias": .list(Array(repeating: [:], count: 500))])
        #expect(many.fields.medias.count == 64)
        #expect(NGMessage(["medias": ["audio"]]).warnings == ["value '(not a dictionary)' of 'medias' is not understood"])
    }

    @Test func commandLine() throws {
        for name in ["cli", "CLI"] as [NGValue] {
            #expect(try NGRequest(["command": name, "body": "list numsessions"]).command == .cli(line: "list numsessions"))
        }
        #expect(try parse("statistics") == .statistics)
    }

    @Test func whatHardlyAnybodyUsesIsAcknowledged() throws {
        for name in NGCommandName.allCases.filter(\.isIgnored) {
            let request = try NGRequest(["command": .string(name.rawValue), "call-id": "c", "source-tag": "x"])
            guard case .ignored(let command) = request.command else { throw NGError.noCommand }
            #expect(command.warning == "'\(name.rawValue)' is ignored" && request.callID == "c")
            #expect(request.unserved == [name.rawValue] && request.warnings.isEmpty)
        }
    }
}

extension NGRequest {
    fileprivate var callID: String? { command.callID }
}

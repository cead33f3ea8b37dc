import ICE
import NGProtocol
import SRTP
import Wire

extension LoadWorld {
    /// A further call sends its offer.
    func begin(isBackground: Bool) {
        let number = calls.count
        // Neighbours are far from each other, and a call's ends half a frame.
        let slot = number * 37 % Self.slots
        let legs = Side.allCases.map { side in
            let slot = (slot + side.rawValue * Self.slots / 2) % Self.slots
            let leg = MediaLeg(
                side: side, number: number * 2 + side.rawValue, profile: profile, slot: slot, socket: slot % options.sockets,
                source: sources[side.rawValue], random: &random)
            wheel[side.rawValue][slot].append(leg)
            return leg
        }
        let peer = certificate.map { certificate in
            let address = TransportAddress(ip: IPAddress(v4: sockets.addresses[0]), port: sockets.pairs[0][legs[0].socket].port)
            return DTLSPeer(call: number, address: address, certificate: certificate, random: &random)
        }
        let call = LoadCall(
            number: number, isBackground: isBackground, callID: "load-\(options.seed)-\(number)@\(wheelBegan)", legs: legs, peer: peer,
            at: SystemClock.now)
        calls.append(call)
        rising.append(call)
        if peer != nil { handshaking.append(call) }
        inSetUp += 1
        times(of: call) { $0.begun += 1 }
        var keys: NGDictionary = ["call-id": .string(call.callID), "from-tag": .string(call.fromTag)]
        keys.append("sdp", .string(description(of: call.leg(profile.offerer), call, accepting: nil)))
        for entry in profile.offerKeys(flags: options.flag).entries { keys.append(entry.key, entry.value) }
        requests.send(.offer, keys, of: call)
    }

    private func description(of leg: MediaLeg, _ call: LoadCall, accepting offer: RemoteDescription?) -> String {
        let ip = leg.side == .meta ? options.metaAddress : options.pbxAddress
        let security = profile.security(leg.side)
        return OwnDescription(
            leg: leg, security: security, ip: ip, port: sockets.pairs[leg.side.rawValue][leg.socket].port, accepted: offer,
            credentials: call.peer?.credentials, fingerprint: security == .dtls ? certificate?.fingerprint(.sha256) : nil
        ).text
    }

    func times(of call: LoadCall, _ change: (inout SetUpTimes) -> Void) {
        if call.isBackground { change(&background) } else { change(&foreground) }
    }

    func takeReply(_ datagram: Bytes, at arrival: Int64) {
        guard let (request, reply) = requests.take(datagram) else { return }
        let elapsed = arrival - request.sentAt
        let result = reply.text("result") ?? ""
        guard let call = request.call else { return pongs += result == "pong" ? 1 : 0 }
        if request.kind == .delete {
            if result == "ok" { times(of: call) { $0.delete.record(elapsed) } }
            return end(call)
        }
        guard result == "ok", let sdp = reply.text("sdp") else {
            let reason = reply.text("error-reason", "message") ?? ""
            return fail(call, "\(request.kind.rawValue): \(result) \(reason)", at: arrival)
        }
        if request.kind == .offer, call.state == .offering {
            times(of: call) { $0.offer.record(elapsed) }
            answer(call, sdp)
        } else if request.kind == .answer, call.state == .answering {
            times(of: call) { $0.answer.record(elapsed) }
            complete(call, sdp, at: arrival)
        }
    }

    /// The callee answers the daemon's offer.
    private func answer(_ call: LoadCall, _ sdp: String) {
        let leg = call.leg(profile.offerer.other)
        guard let remote = RemoteDescription(sdp, codec: leg.codec, avoiding: call.leg(profile.offerer).ownKey) else {
            return fail(call, "an offer without \(leg.codec.name):\n\(sdp)", at: 0)
        }
        // Our key is for the suite that we accept.
        if let suite = remote.crypto?.suite { leg.ownKey = leg.ownKey.flatMap { SRTPKey(suite: suite, keyAndSalt: $0.keyAndSalt) } }
        call.state = .answering
        guard accept(remote, leg, call) else { return fail(call, "an offer without usable keys:\n\(sdp)", at: 0) }
        var keys: NGDictionary = [
            "call-id": .string(call.callID), "from-tag": .string(call.fromTag), "to-tag": .string(call.toTag),
        ]
        keys.append("sdp", .string(description(of: leg, call, accepting: remote)))
        for entry in profile.answerKeys(flags: options.flag).entries { keys.append(entry.key, entry.value) }
        requests.send(.answer, keys, of: call)
    }

    /// The caller has the daemon's answer.
    private func complete(_ call: LoadCall, _ sdp: String, at arrival: Int64) {
        let leg = call.leg(profile.offerer)
        guard let remote = RemoteDescription(sdp, codec: leg.codec) else {
            return fail(call, "an answer without \(leg.codec.name):\n\(sdp)", at: 0)
        }
        call.state = .connecting
        call.answeredAt = arrival
        guard accept(remote, leg, call) else { return fail(call, "an answer without usable keys:\n\(sdp)", at: 0) }
        progress(call, at: SystemClock.now)
    }

    /// - Returns: whether the description has the keys that the leg needs.
    private func accept(_ remote: RemoteDescription, _ leg: MediaLeg, _ call: LoadCall) -> Bool {
        leg.payloadType = remote.payloadType
        leg.remoteRTCPPort = remote.rtcpPort
        connect(leg, remote.address, remote.port)
        switch profile.security(leg.side) {
        case .none: return true
        case .sdes:
            guard let own = leg.ownKey, let theirs = remote.crypto?.key else { return false }
            return secure(leg, own: own, theirs: theirs)
        case .dtls:
            guard remote.fingerprint != nil, remote.credentials != nil else { return false }
            call.peer?.accept(remote, isOfferer: leg.side == profile.offerer, at: SystemClock.now)
            return true
        }
    }

    private func secure(_ leg: MediaLeg, own: SRTPKey, theirs: SRTPKey) -> Bool {
        leg.outbound = try? SRTPTransform.make(own, direction: .outbound)
        leg.inbound = try? SRTPTransform.make(theirs, direction: .inbound)
        return leg.outbound != nil && leg.inbound != nil
    }

    /// Sends what a call's transport has to say and looks whether it is a step further.
    func progress(_ call: LoadCall, at now: Int64) {
        if let peer = call.peer { drain(peer, call) }
        guard call.state == .connecting, call.isConnected else { return }
        call.state = .ready
        call.readyAt = now
        inSetUp -= 1
        times(of: call) { $0.ready.record(max(0, now - call.answeredAt)) }
        for leg in call.legs {
            leg.isSending = true
            sendAtOnce(leg)
        }
        noteHeard(call, at: now)
    }

    private func drain(_ peer: DTLSPeer, _ call: LoadCall) {
        let leg = call.leg(.meta)
        withUnsafeTemporaryAllocation(byteCount: Self.roomStride, alignment: 8) { room in
            let bytes = MutableBytes(room.baseAddress, count: room.count)
            while let (length, to) = peer.drain(into: bytes) {
                send(bytes, length: length, from: descriptor(of: leg), address: UInt32(truncatingIfNeeded: to.ip.low), port: to.port)
            }
        }
        guard leg.outbound == nil, let keys = peer.keys else { return }
        if !secure(leg, own: keys.local, theirs: keys.remote) { fail(call, "SRTP from DTLS", at: SystemClock.now) }
    }

    /// A first packet has come to one of the ends.
    func noteHeard(_ call: LoadCall, at now: Int64) {
        guard call.state == .ready, call.isHeard else { return }
        call.state = .up
        rising.removeAll { $0 === call }
        let heardAt = call.legs.compactMap(\.firstArrival).max() ?? now
        times(of: call) {
            $0.firstPacket.record(max(0, heardAt - call.answeredAt))
            $0.completed += 1
        }
        if call.isBackground || isQuietWhenUp { for leg in call.legs { leg.pause(at: now) } }
        if call.isBackground || isDeletingAtOnce { delete(call) }
    }

    func serveHandshakes(at now: Int64) {
        handshakesCheckedAt = now
        guard !handshaking.isEmpty else { return }
        handshaking.removeAll { $0.state != .offering && $0.state != .answering && $0.state != .connecting }
        for call in handshaking {
            call.peer?.handleDeadline(at: now)
            progress(call, at: now)
            if let failure = call.peer?.failure { fail(call, failure, at: now) }
        }
    }

    func giveUp(_ request: NGRequests.Request, at now: Int64) {
        guard let call = request.call else { return }
        if request.kind == .delete { end(call) } else { fail(call, "\(request.kind.rawValue): no reply", at: now) }
    }

    /// A call that will not come up is deleted like any other.
    func fail(_ call: LoadCall, _ reason: String, at now: Int64) {
        guard call.state != .deleting, call.state != .over, call.failure == nil else { return }
        call.failure = reason
        if call.state != .ready && call.state != .up { inSetUp -= 1 }
        rising.removeAll { $0 === call }
        times(of: call) {
            $0.failed += 1
            $0.failure = $0.failure ?? reason
        }
        delete(call)
    }

    func delete(_ call: LoadCall) {
        guard call.state != .deleting, call.state != .over else { return }
        call.state = .deleting
        deleting += 1
        for leg in call.legs { leg.isSending = false }
        let keys: NGDictionary = [
            "call-id": .string(call.callID), "from-tag": .string(call.fromTag), "delete-delay": 0,
        ]
        requests.send(.delete, keys, of: call)
    }

    private func end(_ call: LoadCall) {
        guard call.state == .deleting else { return }
        call.state = .over
        deleting -= 1
        for leg in call.legs {
            if owners[Int(leg.remotePort)] == Int32(leg.number) { owners[Int(leg.remotePort)] = -1 }
            wheel[leg.side.rawValue][leg.slot].removeAll { $0 === leg }
        }
        calls[call.number] = nil
    }
}

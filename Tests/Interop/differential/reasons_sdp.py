"""Why descriptions differ; see `differences.py`."""

from __future__ import annotations

NEWER = "rtpengine has it since 11.0; 10.5 does not know it."
#: The commands with a description.
S = r"(offer|answer|raw|publish|subscribe request)"
NO_KEYS = "An answer that takes none of our keys fails; 10.5 goes on with media that nobody can open."
CONVERTED = "Two sides without a common codec are converted between; 10.5 leaves the call silent unless told to transcode."

REASONS: dict[str, list[tuple[str, str]]] = {
    "All audio toward a party has one source, which is ours (RFC 5576), whoever speaks.": [
        ("*", S + r" [-+!] m\d a=(ssrc|ssrc-group|msid):.*"),
        ("*", S + r" - session a=msid-semantic.*"),
    ],
    "Our audio packets carry no header extensions.": [("*", S + r" - (session|m\d) a=extmap.*")],
    "RTCP of audio ends here, and with it what would be fed back.": [("*", S + r" - m\d a=rtcp-(fb:|rsize).*")],
    "Where BUNDLE was offered it is answered (RFC 9143): Chromium refuses an answer without; WebRTC peers are offered it, with a mid.": [
        ("*", S + r" [-+!] session a=group:BUNDLE.*"),
        ("*", r"(offer|raw) \+ m\d a=mid:\d"),
    ],
    "F8 and NULL suites are not there: nobody has the one, and the other is none; asked for alone they leave ours.": [
        ("*", S + r" - m\d a=crypto:\d+ (F8_128|NULL)_HMAC_.*"),
        ("keying/SDES only *", r"offer [-+!] m1 a=(crypto:|mid:|rtcp).*"),
    ],
    "DTLS and SDES are never in one description: WebRTC peers refuse both, and no early packet tells which it is of (RFC 5763).": [
        ("*", r"(offer|raw|subscribe request) - m\d a=(crypto:\d+ AE.*|fingerprint:.*|setup:actpass|tls-id:.*)"),
    ],
    "Every leg has keys of its own and is verified; 10.5 hands those of one side to the other, and so leaves suites out.": [
        ("keying/*", r"answer [-+] m1 a=crypto:[12] AES_CM_128_HMAC_SHA1_(80|32) .*"),
        ("*", S + r" ! m\d a=crypto:(\d+ \S+) inline:.* → a=crypto:\2 <key of \d+>"),
    ],
    "A leg has one ICE component and one DTLS handshake, so RTCP is multiplexed on it.": [
        ("*", S + r" - m\d a=candidate:<foundation> 2 .*"),
        ("*", S + r" ! m\d a=rtcp:<rtcp> → a=rtcp:<rtp>"),
        ("*", S + r" \+ m\d a=rtcp-mux"),
    ],
    "The suites that every peer has stand first: some, Meta among them, look at the first line only; `order` is newer than 10.5.": [
        ("*", r"(\S+|subscribe request) ! m\d a=crypto:\d+ A\S+ <key of .* → a=crypto:\d+ A\S+ <key of .*"),
        ("*", r"(offer|raw) [-+] m\d a=crypto:\d+ A\S+ <key of .*"),
        ("keying/SDES *", r"offer [-+!] m1 a=crypto:.*"),
    ],
    "UDP/TLS is DTLS, whatever `DTLS` says, and without a=setup we are active; our role is settled with the offer.": [
        ("keying/plain to DTLS, off", r"offer \+ m1 a=(fingerprint|setup):.*"),
        ("keying/DTLS without setup", r"answer \+ m1 a=(fingerprint|setup):.*"),
        ("keying/DTLS to plain, passive", r"answer ! m1 a=setup:passive → a=setup:active"),
    ],
    "A candidate that is none is not passed on.": [("ICE/a broken candidate", r"offer - m1 a=candidate:.*")],
    "Where both families have a candidate, both are offered, the one of m= first.": [
        ("captures/rtpengine-ng-client-10.5", r"raw [+!] m1 a=candidate:<foundation> 1 UDP .*"),
    ],
    "Toward Meta's relay, IPv6 goes first (RFC 8421).": [
        ("*", S + r" ! m\d a=candidate:<foundation> 1 UDP (2130706175 ::1|2130706431 127.0.0.1) <rtp> typ host → .* 1 udp .*"),
    ],
    f"{NEWER} (`rtpp-flags` parsed by the daemon)": [("captures/kamailio-6.1 daemon-parse", r"raw [-+!] (session|m1) .*")],
    "The Opus that we decode is asked for in our own words, and always with two channels (RFC 7587 section 7).": [
        ("*", S + r" [-+!] m\d a=fmtp:\d+ .*(maxaveragebitrate|useinbandfec).*"),
        ("*", S + r" ! m\d a=rtpmap:96 opus/48000 → a=rtpmap:96 opus/48000/2"),
    ],
    "What we convert, and Opus of a call with Meta, goes in packets of a length of ours, which is said.": [
        ("*", S + r" \+ m\d a=(max)?ptime:(20|40)"),
        ("*", S + r" - m\d a=(max)?ptime:(20|40|60)"),
        ("captures/*", r"raw ! m1 a=maxptime:150 → a=maxptime:20"),
    ],
    CONVERTED: [
        ("*", r"answer ! m1 m=audio <rtp> UDP/TLS/RTP/SAVPF 126 → m=audio <rtp> UDP/TLS/RTP/SAVPF 111 126"),
        ("*", r"answer \+ m1 a=rtpmap:111 opus/48000/2"),
    ],
    "Digits are carried from number to number and from clock to clock; 10.5 drops events that the offerer lists in another way.": [
        ("*", r"(answer|raw) ! m1 m=audio <rtp> UDP/TLS/RTP/SAVPF (0 8|111) → m=audio <rtp> UDP/TLS/RTP/SAVPF \2 126"),
        ("*", r"(answer|raw) \+ m1 a=(rtpmap:126 telephone-event/8000|fmtp:126 0-1[56])"),
        ("codecs/mask opus with digits", r"answer ! m1 m=audio <rtp> RTP/AVP 96 → m=audio <rtp> RTP/AVP 96 101"),
        ("codecs/mask opus with digits", r"answer \+ m1 a=(rtpmap:101 telephone-event/48000|fmtp:101 0-15)"),
    ],
    "Events stay as they were offered, and are carried from clock to clock where audio is converted: Meta knows them at 8000 only.": [
        ("*", r"(offer|answer|raw) ! m\d m=audio <rtp> \S+ (\d+ )*96( \d+)* → .*"),
        ("*", r"(offer|answer|raw) [-+!] m\d a=(rtpmap|fmtp):(97|101) (telephone-event/.*|0-15)"),
        ("codecs/the flags' form", r"answer [-+!] m1 (m=|a=).*"),
        ("media/transcoding", r"(offer|answer) ! m1 m=audio <rtp> RTP/AVP 8 → .* 8 101"),
        ("commands/query while transcoding", r"answer ! m1 m=audio <rtp> RTP/AVP 0 → .* 0 101"),
        ("subscriptions/subscribe to what transcodes", r"(answer|subscribe request) [+!] m1 (m=|a=fmtp:101).*"),
        ("codecs/mask all except", r"(offer|answer) [-+!] m1 (m=|a=).*"),
    ],
    "A later offer that says nothing of codecs leaves a converted party its own: a hold on one side is no codec change on the other.": [
        ("ICE/re-offer *", r"offer [-+!] m1 (m=audio|a=rtpmap|a=fmtp).*"),
        ("ICE/restart", r"offer [-+!] m1 (m=audio|a=rtpmap).*"),
        ("keying/DTLS re-offered*", r"offer [-+!] m1 (m=audio|a=rtpmap).*"),
        ("codecs/re-offer ends transcoding", r"(offer|answer) [-+!] m1 (m=audio|a=rtpmap|a=fmtp).*"),
    ],
    "No candidates of a peer are passed on: media that does not come through here is not converted, counted or kept to one source.": [
        ("ICE/ICE=force?relay, *", r"(offer|answer) [-+!] (session|m1) .*"),
        ("ICE/ICE=optional, *", r"(offer|answer) [-+!] (session|m1) .*"),
    ],
    "`ICE` = `remove` in an answer is about an answer without DTLS; what was offered with ICE is answered with it (RFC 8839).": [
        ("ICE/ICE=remove, lite offered", r"answer \+ m1 a=(candidate|ice-).*"),
        ("ICE/removed, answer removed", r"answer \+ m1 a=(candidate|ice-).*"),
    ],
    "ICE that was not offered, or without a usable password, cannot be answered (RFC 8839).": [
        ("ICE/forced, the answer has none", r"answer - m1 a=(candidate|ice-).*"),
        ("ICE/no password", r"answer - m1 a=(candidate|ice-).*"),
        ("rtpp-flags/ICE and mux", r"answer - m1 a=(candidate|ice-).*"),
        ("captures/*", r"raw - m1 a=(candidate:<foundation> 1|ice-).*"),
    ],
    f"{NEWER} (lite, trickle and ICE2 by the ICE key; rejected ICE)": [
        ("ICE/ICE=lite*", r"(offer|answer) \+ session a=ice-lite"),
        ("ICE/ICE=trickle*", r"(offer|answer) \+ m1 a=(end-of-candidates|ice-options:trickle)"),
        ("ICE/ICE=ice2*", r"(offer|answer) \+ m1 a=ice-options:ice2"),
        ("ICE/reject*", r"offer - m1 a=(candidate|ice-).*"),
        ("ICE/ICE as a list", r"offer \+ (session|m1) a=(ice-|candidate).*"),
        ("ICE/forced with a media address", r"offer [-+!] m1 a=candidate.*"),
    ],
    "No end of candidates is said where none is trickled.": [("ICE/end of candidates", r"offer - m1 a=end-of-candidates")],
    NO_KEYS: [
        ("*", r"(answer|raw) ! result: 'ok' → 'error'"),
        ("*", r"(answer|raw) \+ error-reason 'Incomplete SDP specification'"),
        ("*", r"(offer|answer|raw) - sdp .*"),
    ],
    f"{NEWER} (`sdp-attr`, `origin-full`, `sdp-media-remove`, `bundle`, `ignore`, strip by number, the order of `offer`)": [
        ("*/sdp-attr*", r"(offer|answer) [-+!] (session|m\d) a=.*"),
        ("keys and flags/origin-full*", r"offer ! session o=.*"),
        ("several media/* removed", r"(offer|answer) [-+] m2 m=.*"),
        ("codecs/ignore", r"offer [-!] m1 .*"),
        ("codecs/strip by number", r"offer [-!] m1 .*"),
        ("codecs/strip as a string", r"offer [-!] m1 .*"),
        ("*", r"offer ! m1 m=audio <rtp> RTP/AVP (0 8 101 → m=audio <rtp> RTP/AVP 8 0 101|0 8 107 101 → .* 107 0 8 101)"),
    ],
    "`reuse-codecs` puts what is in use first among the audio; `static-codecs` keeps what was offered first.": [
        ("keys and flags/reuse-codecs in a re-offer", r"offer ! m1 m=.*"),
        ("keys and flags/static-codecs", r"offer [-+!] m1 .*"),
    ],
    "A payload type keeps its meaning for the life of the session (RFC 3264 section 8.3.2).": [
        ("dialogs/the far side becomes WebRTC", r"offer [-+!] m1 (m=|a=rtpmap).*"),
    ],
    "What was stripped is offered to nobody, and comes back from nobody: 10.5's answer then has no format, or none that was taken.": [
        ("codecs/strip all, offer digits too", r"answer [-+!] m1 (m=|a=rtpmap).*"),
        ("codecs/toward Meta", r"answer [-+!] m1 (m=|a=rtpmap|a=fmtp).*"),
    ],
    "L16 is offered where it is asked for, and noise is not: 10.5 does it the other way round.": [
        ("codecs/transcode L16", r"offer [-+!] m1 .*"),
        ("codecs/transcode to CN", r"offer [-+!] m1 .*"),
    ],
    "Events that the answerer does not take are not asked of the offerer.": [("codecs/consume all", r"answer [-!] m1 .*")],
    "No address of a party is passed on, even where nothing uses it; a line without ports of ours has none.": [
        ("dialogs/session level connection and media level", r"offer ! session c=.*"),
        ("dialogs/port 0 in the offer", r"\S+ ! session c=.*"),
        ("several media/a data channel", r"offer ! m2 c=.*"),
    ],
    "An unknown interface is the first one.": [("keys and flags/direction internal", r"\S+ ! session c=.*")],
    "An answer has the m-lines of the offer, in its order (RFC 3264 section 6).": [
        ("errors/an answer with * media", r"answer [-+] m2 .*"),
        ("several media/media in another order", r"answer [-+!] m\d .*"),
        ("several media/bundle=*", r"answer \+ m2 m=video 0 .*"),
    ],
    "Fax is relayed as it is, and not decoded.": [("several media/fax, T.38 decoded", r"offer [-+!] m1 .*")],
    "What was published or is subscribed to is described in words of ours, as all of it was agreed with us.": [
        ("subscriptions/*", r"(subscribe request|publish) ! session [os]=.*"),
        ("subscriptions/*", r"subscribe request [-+] (session|m\d) c=.*"),
        ("subscriptions/*", r"subscribe request [-+!] m\d (m=audio|a=rtpmap).*"),
    ],
}

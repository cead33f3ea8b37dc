"""Why replies to commands other than offer and answer differ, and errors; see `differences.py`."""

from __future__ import annotations

NEWER = "rtpengine has it since 11.0; 10.5 does not know it."

REASONS: dict[str, list[tuple[str, str]]] = {
    "A later key wins over an earlier one of the same name, as in rtpengine since 11.0.": [("errors/a repeated command", r".*")],
    "A request is bounded in depth; no client nests lists fifty deep.": [("errors/deep lists", r".*")],
    "`from tag` for `from-tag`: rtpengine has it since 11.0.": [("errors/a blank in the key", r".*")],
    "Nothing that is empty names a call or a party, or describes one.": [
        ("errors/offer with an empty *", r"offer (! result: 'ok' → 'error'|\+ error-reason .*)"),
    ],
    "An m-line without formats is none (RFC 8866 section 5.14).": [
        ("errors/offer with a media line without formats", r"offer (! result: 'ok' → 'error'|\+ error-reason .*)"),
    ],
    "What cannot be read of a description is passed over where the rest makes sense (RFC 8866 section 5).": [
        ("errors/offer with *", r"offer (! result: 'error' → 'ok'|- error-reason .*|\+ sdp .*|[-!] m1 (m=|a=rtpmap:).*)"),
    ],
    "An answer is to an offer that was made, by another party.": [
        ("errors/a*tag*", r"answer (! result: 'ok' → 'error'|\+ error-reason 'Invalid dialogue association'|- sdp .*)"),
    ],
    "A request that fails leaves no call behind.": [
        ("keys and flags/flag ?IP-source-address", r"answer ! error-reason: 'Incomplete SDP specification' → 'Unknown call-id'"),
        ("keys and flags/flag sip-source-address", r"answer ! error-reason: 'Incomplete SDP specification' → 'Unknown call-id'"),
    ],
    "rtpengine has it since 11.0: pausing a recording.": [("*", r"pause recording [-+!] .*")],
    "Forwarding needs a daemon of rtpengine's own, and is ignored with a warning.": [("*", r"(start|stop) forwarding [-+!] .*")],
    f"{NEWER} (statistics; those of intervals are only for Graphite there)": [
        ("commands/statistics", r"statistics [-+] statistics\..*"),
        ("captures/rtpengine-ng-client-10.5", r"raw [-+] statistics\..*"),
    ],
    f"{NEWER} (a from-tag is only looked at with `directional`, as proxies send one in any case)": [
        ("commands/* of an unknown tag", r"\S+ (media|DTMF) (! result: 'error' → 'ok'|- error-reason 'From-tag given, but .*)"),
    ],
    f"{NEWER} (an unknown sink is an error)": [
        ("commands/* media of an unknown flow", r"\S+ media (! result: 'ok' → 'error'|\+ error-reason 'Media flow not found .*)"),
    ],
    "Who publishes gets a tag if there is none, and is told of it; what can be received is, beside what cannot.": [
        ("subscriptions/publish*", r"publish ([-+] (from-tag|call-id|sdp|error-reason) .*|! result: 'error' → 'ok')"),
    ],
    f"{NEWER} (`inactive`, the words for no party, the mid of a subscription)": [
        ("subscriptions/subscribe like OpenSIPS", r"subscribe request [-+] m\d a=(sendonly|inactive)"),
        ("subscriptions/subscribe to nobody", r"subscribe request ! error-reason: .*"),
        ("subscriptions/subscribe to Meta", r"subscribe request ! m1 a=mid:.*"),
    ],
    "A subscriber that refuses has answered.": [("subscriptions/answer that refuses", r"subscribe answer .*")],
    "Whether a file is named is told for each party, and a file that has ended is not played any more.": [
        ("commands/play media, to all", r"play media [-+!] .*"),
        ("commands/stop media", r"stop media [-+!] .*"),
        ("captures/*", r"raw \+ error-reason 'Not currently playing media'"),
    ],
    "Digits are played without waiting for a packet of the party's.": [
        ("*", r"(play DTMF|raw) (! result: 'error' → 'ok'|- error-reason 'No SSRC context present for DTMF injection')"),
    ],
}

COMMAND_LINE: dict[str, list[tuple[str, str]]] = {
    "The words of rtpengine since 12, which name what was not understood.": [
        (f"CLI/{line}", r"[-+] (Unknown|More|Incomplete).*")
        for line in ("list", "get", "set", "list nothing", "dance", "set timeout", "terminate", "params nothing", "   ")
    ],
    "Every part of the daemon logs at the level that is set; 10.5 has one that is off.": [("CLI/list loglevel", r"[-+] internals = .*")],
    "10.5 prints a hundred times what was set.": [("CLI/list maxbw", r"[-+] Maximum bandwidth .*")],
}

"""Why replies to commands other than offer and answer differ, and errors; see `differences.py`."""

from __future__ import annotations

REASONS: dict[str, list[tuple[str, str]]] = {
    "A later key wins over an earlier one of the same name, as in rtpengine since 11.0.": [("errors/a repeated command", r".*")],
    "A request is bounded in depth; no client nests lists fifty deep.": [("errors/deep lists", r".*")],
    "`from tag` for `from-tag`: rtpengine has it since 11.0.": [("errors/a blank in the key", r".*")],
    "Leading zeros of an integer are read.": [("errors/an integer with a leading zero", r".*")],
    "A command that is no string is an unknown one rather than none.": [
        ("errors/a*command that is a*", r"raw ! error-reason: .* → 'Unrecognized command'"),
    ],
    "Nothing that is empty names a call or a party, or describes one.": [
        ("errors/offer with an empty *", r"offer (! result: 'ok' → 'error'|\+ error-reason .*)"),
    ],
    "An m-line without formats is none (RFC 8866 section 5.14).": [
        ("errors/offer with a media line without formats", r"offer (! result: 'ok' → 'error'|\+ error-reason .*)"),
    ],
    "What cannot be read of a description is passed over where the rest makes sense (RFC 8866 section 5).": [
        ("errors/offer with *", r"offer (! result: 'error' → 'ok'|- error-reason .*|\+ sdp .*|[-!] m1 (m=|a=rtpmap:).*)"),
    ],
    "Whether there is such a call is looked up before its description is read.": [
        ("errors/broken answer to no offer", r"answer ! error-reason: 'Failed to parse SDP' → 'Unknown call-id'"),
    ],
    "An answer is to an offer that was made, by another party.": [
        ("errors/an* *tag*", r"answer (! result: 'ok' → 'error'|\+ error-reason 'Invalid dialogue association')"),
    ],
    "A request that fails leaves no call behind.": [
        ("keys and flags/flag ?IP-source-address", r"answer ! error-reason: 'Incomplete SDP specification' → 'Unknown call-id'"),
        ("keys and flags/flag sip-source-address", r"answer ! error-reason: 'Incomplete SDP specification' → 'Unknown call-id'"),
    ],
    "rtpengine has it since 11.0: pausing a recording.": [("*", r"pause recording [-+!] .*")],
    "Forwarding needs a daemon of rtpengine's own, and is ignored with a warning.": [("*", r"(start|stop) forwarding [-+!] .*")],
    "Digits are played without waiting for a packet of the party's.": [
        ("*", r"(play DTMF|raw) (! result: 'error' → 'ok'|- error-reason 'No SSRC context present for DTMF injection')"),
    ],
}

COMMAND_LINE: dict[str, list[tuple[str, str]]] = {
    "The words of rtpengine since 12, which name what was not understood.": [
        (f"CLI/{line}", r"[-+] (Unknown|More|Incomplete).*")
        for line in ("list", "get", "set", "list nothing", "dance", "set timeout", "terminate", "params nothing", "   ")
    ],
    "10.5 prints a hundred times what was set.": [("CLI/list maxbw", r"[-+] Maximum bandwidth .*")],
}

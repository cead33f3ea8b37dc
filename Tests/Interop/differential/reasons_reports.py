"""Why reports of a call differ (`query`, `delete`, `list`); see `differences.py`."""

from __future__ import annotations

#: A `query`, a `delete`, or one of them as a client sent it.
R = r"(query|delete|list|raw|offer|answer)"
FLAGS = r"tags\..*\.flags"

REASONS: dict[str, list[tuple[str, str]]] = {
    "rtpengine has it since 11.0; clients that know 10.5 do not look for it.": [
        ("*", R + r" \+ (.*\.)?(created_ts|last redis update|last kernel packet|last user packet|stats_out|(in|e)gress SSRCs) .*"),
        ("*", R + r" \+ (tags\..*\.)?(recording|metadata|VSC) .*"),
        ("*", R + r" \+ tags\..*\.tag-aliases .*"),
        ("*", R + rf" \+ {FLAGS} '(ptime-override|ICE-lite self)'"),
    ],
    "Our own report of how far a leg's set-up is; an additional key.": [("*", R + r" \+ .*\.(setup|media-ready|state)( .*)?")],
    "A stream is listed from its first packet on, as in newer rtpengine; 10.5 waits for its first estimate of quality.": [
        ("*", R + r" \+ SSRC\.\d+ .*"),
    ],
    "a=ice-lite above the first m-line, where Meta has it, is seen, and toward a lite peer only we can control (RFC 8445).": [
        ("*", R + rf" \+ {FLAGS} '(ICE-lite peer|ICE controlling)'"),
    ],
    "Multiplexed RTCP is on the port of RTP, at both ends; 10.5 prints the port that it has given up.": [
        ("*", R + r" ! tags\..*\.streams\[1\]\.(local port|(advertised )?endpoint\.port): .*"),
        ("*", R + rf" \+ {FLAGS} '(rtcp-mux|RTCP|fallback RTCP)'"),
    ],
    "Neither side's ICE or keys pass to the other, and no description of ours has DTLS beside SDES.": [
        ("*", R + rf" - {FLAGS} '(passthrough|SDES)'"),
        ("*", R + r" - tags\..*\.crypto suite '.*'"),
        ("ICE/*", R + rf" [-+] {FLAGS} '(DTLS.*|ICE)'"),
        ("*", R + r" [+!] tags\..*(SDES'|crypto suite.*)"),
        ("*", R + rf" - {FLAGS} 'ICE'"),
    ],
    "0.0.0.0, the discard port 9 beside ICE and port 0 are no address to send to: the endpoint is empty.": [
        ("*", R + r" - tags\..*\.streams\[\d\]\.((advertised )?endpoint\.(family|address|port) .*|flags 'filled')"),
    ],
    "A call is converted where both sides have no codec in common; what passes is only cut anew once its length is seen to differ.": [
        ("*", R + rf" [-+] {FLAGS} 'transcoding'"),
    ],
    "Between two lite agents the pair is chosen from the candidates (RFC 8445 section 8.2), here IPv6's.": [
        ("*lite*", R + r" ! tags\..*\.(local address|family|endpoint\.family|endpoint\.address): .*"),
    ],
    "Of several that answer one offer one has its ports at a time, and an answer that failed is none; the tag of the open end is empty.": [
        ("*", R + r" [-+] tags\.(b|c|s|ua\w+|<untagged \d>) .*"),
        ("*", R + r" [-+] tags\..*\.(subscriptions|subscribers) .*"),
    ],
    "The codec of a party is that of its audio; 10.5 names the payload type that had the most packets, a digit's.": [
        ("media/a digit*", R + r" ! tags\..*\.codec: .*"),
    ],
    "There is no kernel module, and nothing to say of it.": [
        ("*", R + rf" - {FLAGS} '(kernelized|no kernel support|unidirectional)'"),
    ],
    "What is no RTP has no RTCP, and what was refused neither sends nor receives.": [
        ("*", R + r" - tags\..*\.streams\[[01]\]"),
        ("*", R + rf" - {FLAGS} '(send|recv)'"),
        ("several media/a data channel", R + r" \+ tags\..*"),
    ],
    "DTLS has one role once it is settled, and none on a leg without it.": [("*", R + rf" - {FLAGS} 'DTLS.*'")],
    "`fast` is newer than 10.5, and without from-tag 10.5 replies `ok` alone.": [
        ("commands/delete, fast", r"delete - .*"),
        ("commands/delete without a tag", r"delete \+ .*"),
    ],
    "An answer that failed changes nothing: the party's protocol is that of its offer.": [
        ("rtpp-flags/*", R + r" ! tags\.a\.medias\[0\]\.protocol: .*"),
    ],
    "A media that a packet came for has its endpoint, answered or not; a packet of an unknown type is none.": [
        ("media/before the answer", R + r" \+ tags\..*\.streams\[0\]\..*"),
        ("media/a payload type that was not agreed on", R + r" - tags\..*\.SSRC .*"),
    ],
    "RTCP was not multiplexed toward who was not offered it.": [
        ("keys and flags/rtcp-mux demux, offered and taken", R + rf" - {FLAGS} '.*'"),
    ],
    "Toward a party that is lite, or answers for itself, we control; else the offerer does.": [
        ("dialogs/the far side becomes WebRTC", R + rf" - {FLAGS} 'ICE controlling'"),
    ],
    "Calls of other cases, which answer to other call-ids.": [("*", R + r" [-+] calls .*")],
}

"""Session descriptions as real clients write them; line ends are put right when they are sent."""

from __future__ import annotations

from sdp import SAMPLES

#: A SIP phone's or trunk's: G.711 and digits, RTCP on the next port.
PLAIN = """v=0
o=- 1545997027 1 IN IP4 198.51.100.1
s=tester
c=IN IP4 198.51.100.1
t=0 0
m=audio 2000 RTP/AVP 0 8 101
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=sendrecv
"""

#: The answer to it.
PLAIN_ANSWER = """v=0
o=- 1545997028 1 IN IP4 198.51.100.3
s=tester
c=IN IP4 198.51.100.3
t=0 0
m=audio 2000 RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=sendrecv
"""

#: No rtpmap at all: static payload types (RFC 3551).
STATIC = """v=0
o=- 1 1 IN IP4 198.51.100.1
s=-
c=IN IP4 198.51.100.1
t=0 0
m=audio 2000 RTP/AVP 0 8 9 18
"""

ASTERISK = """v=0
o=- 1391715331 1391715331 IN IP4 198.51.100.20
s=Asterisk
c=IN IP4 198.51.100.20
t=0 0
m=audio 12754 RTP/AVP 0 8 107 101
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:107 opus/48000/2
a=fmtp:107 useinbandfec=1
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a=ptime:20
a=maxptime:140
a=sendrecv
"""

ASTERISK_ANSWER = """v=0
o=- 1391715331 1391715333 IN IP4 198.51.100.20
s=Asterisk
c=IN IP4 198.51.100.20
t=0 0
m=audio 12754 RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a=ptime:20
a=maxptime:140
a=sendrecv
"""

#: chan_pjsip with media_encryption=sdes, use_avpf and rtcp_mux.
ASTERISK_SAVPF = ASTERISK.replace("RTP/AVP", "RTP/SAVPF").replace(
    "a=ptime:20",
    "a=rtcp-mux\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:JpeU4nwAA5sb/K1hZJNubkTRuTnZsQWAulRjby2u\na=ptime:20",
)

LINPHONE = """v=0
o=alice 2210 1812 IN IP4 198.51.100.30
s=Talk
c=IN IP4 198.51.100.30
t=0 0
a=ice-pwd:4c7f34b8f2f2c1d2b1d3e9a1
a=ice-ufrag:b5d1a5e7
a=rtcp-xr:rcvr-rtt=all:10000 stat-summary=loss,dup,jitt,TTL voip-metrics
a=record:off
m=audio 7078 RTP/AVP 96 97 98 0 8 18 101 99 100
a=rtpmap:96 opus/48000/2
a=fmtp:96 useinbandfec=1
a=rtpmap:97 speex/16000
a=fmtp:97 vbr=on
a=rtpmap:98 speex/8000
a=fmtp:98 vbr=on
a=fmtp:18 annexb=yes
a=rtpmap:101 telephone-event/48000
a=rtpmap:99 telephone-event/16000
a=rtpmap:100 telephone-event/8000
a=rtcp:7079
a=candidate:1 1 UDP 2130706303 198.51.100.30 7078 typ host
a=candidate:1 2 UDP 2130706302 198.51.100.30 7079 typ host
a=candidate:2 1 UDP 1694498687 203.0.113.77 41000 typ srflx raddr 198.51.100.30 rport 7078
a=candidate:2 2 UDP 1694498686 203.0.113.77 41001 typ srflx raddr 198.51.100.30 rport 7079
a=rtcp-fb:* trr-int 5000
a=rtcp-fb:* ccm tmmbr
"""

LINPHONE_SAVP = """v=0
o=alice 2211 1812 IN IP4 198.51.100.30
s=Talk
c=IN IP4 198.51.100.30
t=0 0
m=audio 7078 RTP/SAVP 0 8 101
a=rtpmap:101 telephone-event/8000
a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:DSfSDjMpSZbhOZg5cs5EyLTMRdD7cGcAXmuUxFZl
a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:1dSfSDjMpSZbhOZg5cs5EyLTMRdD7cGcAXmuUxFZ
a=crypto:3 AES_256_CM_HMAC_SHA1_80 inline:q1dSfSDjMpSZbhOZg5cs5EyLTMRdD7cGcAXmuUxFZlq1dSfSDjMpSZbhOZg5cs
"""

#: A browser's offer: audio only.
BROWSER = """v=0
o=- 4611731400430051336 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0
a=extmap-allow-mixed
a=msid-semantic: WMS 7ee1ccc2
m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:1 1 udp 2122260223 198.51.100.40 54321 typ host generation 0 network-id 1
a=candidate:2 1 tcp 1518280447 198.51.100.40 9 typ host tcptype active generation 0 network-id 1
a=ice-ufrag:8hhY
a=ice-pwd:asd88fgpdd777uzjYhagZg
a=ice-options:trickle
a=fingerprint:sha-256 35:47:24:24:9F:93:C4:3E:DB:37:7F:BB:ED:F8:20:B5:AD:AC:DC:35:C2:7D:67:EE:6C:35:54:DF:A6:00:5C:4A
a=setup:actpass
a=mid:0
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=sendrecv
a=msid:7ee1ccc2 audio0
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=rtcp-fb:111 transport-cc
a=fmtp:111 minptime=10;useinbandfec=1
a=rtpmap:63 red/48000/2
a=fmtp:63 111/111
a=rtpmap:9 G722/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:13 CN/8000
a=rtpmap:110 telephone-event/48000
a=rtpmap:126 telephone-event/8000
a=ssrc:2220762577 cname:w/zwpg3jXNiTFTdZ
a=ssrc:2220762577 msid:7ee1ccc2 audio0
"""

#: The same with video, bundled.
BROWSER_VIDEO = (
    BROWSER.replace("a=group:BUNDLE 0\n", "a=group:BUNDLE 0 1\n")
    + """m=video 9 UDP/TLS/RTP/SAVPF 96 97
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:8hhY
a=ice-pwd:asd88fgpdd777uzjYhagZg
a=ice-options:trickle
a=fingerprint:sha-256 35:47:24:24:9F:93:C4:3E:DB:37:7F:BB:ED:F8:20:B5:AD:AC:DC:35:C2:7D:67:EE:6C:35:54:DF:A6:00:5C:4A
a=setup:actpass
a=mid:1
a=sendrecv
a=rtcp-mux
a=rtcp-rsize
a=rtpmap:96 VP8/90000
a=rtcp-fb:96 goog-remb
a=rtcp-fb:96 transport-cc
a=rtcp-fb:96 ccm fir
a=rtcp-fb:96 nack
a=rtcp-fb:96 nack pli
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
a=ssrc-group:FID 11111111 22222222
a=ssrc:11111111 cname:w/zwpg3jXNiTFTdZ
a=ssrc:22222222 cname:w/zwpg3jXNiTFTdZ
"""
)

#: What a browser answers to an offer of G.711 and telephone-event 101.
BROWSER_ANSWER = """v=0
o=- 4611731400430051399 2 IN IP4 127.0.0.1
s=-
t=0 0
m=audio 54322 UDP/TLS/RTP/SAVPF 0 8 101
c=IN IP4 198.51.100.41
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:1 1 udp 2122260223 198.51.100.41 54322 typ host generation 0 network-id 1
a=ice-ufrag:p3Zq
a=ice-pwd:bsd88fgpdd777uzjYhagZh
a=fingerprint:sha-256 2E:35:9F:21:9E:63:72:E5:42:74:76:2D:B3:70:F7:CB:24:14:9B:14:52:71:05:48:DA:4D:67:31:09:58:2A:ED
a=setup:active
a=mid:0
a=sendrecv
a=rtcp-mux
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=ssrc:330833028 cname:EDc1JutBl8rwHQc2
"""

#: A video phone without WebRTC, and its far side's answer that takes audio only.
VIDEO = (
    PLAIN
    + """m=video 2002 RTP/AVP 96
a=rtpmap:96 H264/90000
a=fmtp:96 profile-level-id=42e01f;packetization-mode=1
a=sendrecv
"""
)
VIDEO_ANSWER = (
    PLAIN_ANSWER
    + """m=video 2002 RTP/AVP 96
a=rtpmap:96 H264/90000
a=fmtp:96 profile-level-id=42e01f;packetization-mode=1
a=sendrecv
"""
)
VIDEO_REJECTED = PLAIN_ANSWER + "m=video 0 RTP/AVP 96\n"

FAX = """v=0
o=- 1 1 IN IP4 198.51.100.1
s=-
c=IN IP4 198.51.100.1
t=0 0
m=image 2000 udptl t38
a=T38FaxVersion:0
a=T38MaxBitRate:14400
a=T38FaxRateManagement:transferredTCF
a=T38FaxMaxBuffer:1024
a=T38FaxMaxDatagram:238
a=T38FaxUdpEC:t38UDPRedundancy
"""

IPV6 = """v=0
o=- 1 1 IN IP6 2001:db8::1
s=-
c=IN IP6 2001:db8::1
t=0 0
m=audio 2000 RTP/AVP 0 8
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
"""

OPUS = """v=0
o=- 1 1 IN IP4 198.51.100.1
s=-
c=IN IP4 198.51.100.1
t=0 0
m=audio 2000 RTP/AVP 96 101 100
a=rtpmap:96 opus/48000/2
a=fmtp:96 useinbandfec=1
a=rtpmap:101 telephone-event/48000
a=rtpmap:100 telephone-event/8000
a=ptime:20
"""

SDES = """v=0
o=- 1 1 IN IP4 198.51.100.1
s=-
c=IN IP4 198.51.100.1
t=0 0
m=audio 2000 RTP/SAVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:JpeU4nwAA5sb/K1hZJNubkTRuTnZsQWAulRjby2u
a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:rWVTSQbFW/a14wHKvfb/VJC/Fwa5sbXVKKZ6FRkM
a=crypto:3 AEAD_AES_128_GCM inline:s6DX1undPomM6VtveOMhLONgviYcNAu58xPskw==
"""
SDES_ANSWER = """v=0
o=- 2 1 IN IP4 198.51.100.3
s=-
c=IN IP4 198.51.100.3
t=0 0
m=audio 2000 RTP/SAVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:okAxzxmxLlWDlpv3GqIyp7xwG66rh9zPUlc3anuN
"""

#: Attributes that a relay knows nothing of, at both levels.
RICH = """v=0
o=alice 12345 67890 IN IP4 198.51.100.1
s=A meeting
i=What it is about
u=http://example.com/meeting
e=alice@example.com
p=+44-171-380-7777
c=IN IP4 198.51.100.1
b=AS:100
t=0 0
a=tool:some tool 1.0
a=x-session:kept
m=audio 2000 RTP/AVP 0 8 101
i=voice
b=AS:64
b=RS:800
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-15
a=label:7
a=x-media:kept
a=silenceSupp:off - - - -
a=ptime:20
a=maxptime:60
a=rtcp:2001 IN IP4 198.51.100.1
a=sendrecv
"""


def meta(name: str) -> str:
    """One of Meta's samples."""
    return (SAMPLES / f"{name}.sdp").read_text().replace("\r\n", "\n")


META = meta("graph-api-user-initiated-offer")
META_ANSWER = meta("graph-api-business-initiated-answer")
META_SDES = meta("sip-sdes-user-initiated-offer")
META_SDES_ANSWER = meta("sip-sdes-business-initiated-answer")


def held(sdp: str, direction: str) -> str:
    """The same with another direction, and the next version of the session."""
    return bumped(sdp).replace("a=sendrecv", f"a={direction}")


def bumped(sdp: str, by: int = 1) -> str:
    lines = sdp.split("\n")
    words = lines[1].split(" ")
    lines[1] = " ".join([*words[:2], str(int(words[2]) + by), *words[3:]])
    return "\n".join(lines)


def moved(sdp: str, address: str, port: int) -> str:
    """The same at another address and port."""
    lines = []
    for line in bumped(sdp).split("\n"):
        if line.startswith("c="):
            line = f"c=IN IP4 {address}"
        elif line.startswith("m=audio"):
            line = f"m=audio {port} " + line.split(" ", 2)[2]
        lines.append(line)
    return "\n".join(lines)

/// What an answer owes to its offer (RFC 3264 section 6), and a second answer to the first.
extension SDPRule {
    static let answers = [
        sectionCount, sectionKind, sectionProtocol, answerKeying, answerBundle, answerMID, answerMux, answerDirection, answerSetup,
        answerCrypto, codecUnoffered, payloadTypeChanged, secretsCopied, ssrcCopied, secondAnswer,
    ]

    static let sectionCount = SDPRule(
        "section-count", meta: .error, ours: .error, pbx: .warning, "The answer does not have as many m-lines as the offer.",
        remedy: "Repeat each, rejected ones with port 0.", .refused)
    static let sectionKind = SDPRule(
        "section-kind", meta: .error, ours: .error, pbx: .warning,
        "An m-line of the answer is of another kind than the offer's in its place.",
        remedy: "Keep the order.", .refused)
    static let sectionProtocol = SDPRule(
        "section-protocol", meta: .warning, ours: .error, pbx: .warning, "The answer's protocol is not the offer's.",
        remedy: "Answer with the protocol that was offered.", .refused)
    static let answerKeying = SDPRule(
        "answer-keying", meta: .error, ours: .error, pbx: .warning, "The offer is keyed by DTLS and the answer by SDES, or the reverse.",
        remedy: "Key the leg as Meta's number is set.", .refused)
    static let answerBundle = SDPRule(
        "answer-bundle", meta: .note, ours: .error, pbx: .note,
        "The answer's BUNDLE group is not within the offer's (RFC 9143 section 7.3).",
        remedy: "Repeat the offer's group.", .refused)
    static let answerMID = SDPRule(
        "answer-mid", meta: .warning, ours: .error, pbx: .note,
        "The answer's a=mid is not the offer's (RFC 9143).", remedy: "Repeat it.", .refused)
    static let answerMux = SDPRule(
        "answer-mux", meta: .note, ours: .warning, pbx: .note, "The answer has a=rtcp-mux and the offer does not (RFC 5761 section 5.1.1).",
        remedy: "Answer with RTCP on a port of its own.",
        .heard("a silent call may end with 138021, as RTCP is lost"))
    static let answerDirection = SDPRule(
        "answer-direction", meta: .warning, ours: .error, pbx: .warning,
        "The answer's direction does not fit the offer's (RFC 3264 section 6.1).",
        remedy: "Answer sendonly with recvonly, recvonly with sendonly, inactive with inactive.", .refused)
    static let answerSetup = SDPRule(
        "answer-setup", meta: .error, ours: .error, pbx: .error,
        "Offer and answer want the same end of the handshake (RFC 8842 section 5.3).",
        remedy: "Answer active to passive or actpass, and passive to active.", .noMedia)
    static let answerCrypto = SDPRule(
        "answer-crypto", meta: .error, ours: .error, pbx: .error,
        "The answer's a=crypto is none of the offer's, by tag and suite (RFC 4568 section 5.1.3).",
        remedy: "Repeat the tag and the suite of the accepted line, with an own key.", .refused)
    static let codecUnoffered = SDPRule(
        "codec-unoffered", meta: .note, ours: .error, pbx: .warning, "The answer has a codec that was not offered.",
        remedy: "Answer codecs of the offer.", .refused)
    static let payloadTypeChanged = SDPRule(
        "payload-type-changed", meta: .warning, ours: .warning, pbx: .note, "The answer gives a codec another payload type than the offer.",
        remedy: "Repeat the offer's numbers.", .heard("silence, where a receiver keeps to the offer's number"))
    static let secretsCopied = SDPRule(
        "secrets-copied", meta: .error, ours: .error, pbx: .error, "Password, fingerprint or key of the answer are the offer's own.",
        remedy: "Do not send a description back or pass the other side's on; let the relay write its own.", .noMedia)
    static let ssrcCopied = SDPRule(
        "ssrc-copied", meta: .warning, ours: .error, "The answer announces the offer's SSRC.",
        remedy: "Announce our own; Meta's must not come back to it.", .heard("silence: Meta takes the packets for its own"))
    static let secondAnswer = SDPRule(
        "second-answer", ours: .error, "The answer to accept is not word for word that of pre_accept.",
        remedy: "Send the very same text twice; with early-answer the relay gives it twice.", .refused)
}

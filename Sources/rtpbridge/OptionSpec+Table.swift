extension OptionSpec {
    static let all = commandLineOnly + done + meaningless + unsupported

    static let byName = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    static let byLetter = Dictionary(
        all.compactMap { spec in spec.letter.map { ($0, spec) } }, uniquingKeysWith: { first, _ in first })

    private static let commandLineOnly = rows(.commandLine, flags: "help/h version/v codecs", values: "config-file config-section")

    private static let done = rows(
        .done,
        flags: "foreground/f log-stderr/E no-log-timestamps sip-source dtls-passive pin-threads",
        values: """
            pidfile/p log-level/L num-threads handshake-threads packet-io timeout/o silent-timeout/s offer-timeout final-timeout/a delete-delay/d \
            max-sessions max-load max-cpu max-bandwidth max-worker-load port-min/m port-max/M tos/T endpoint-learning ssrc-reporting \
            shared-ports source-sets event-udp event-webhook event-webhook-secret event-webhook-queue listen-events event-kinds \
            event-silence event-quality
            """,
        lists: "interface/i listen-ng/n profile")

    /// What is about the kernel module, rtpengine's own threads and pollers, syslog and its other libraries.
    private static let meaningless = rows(
        .meaningless,
        flags: """
            no-fallback/F nftables-append nftables-start nftables-stop nftables-status xtables save-interface-ports/S \
            poller-per-thread io-uring split-logs dtmf-no-log-injects no-redis-required/q active-switchover \
            redis-resolve-on-reconnect redis-delete-async/y kernel-player codec-chain-async
            """,
        values: """
            table/t iptables-chain nftables-chain nftables-base-chain nftables-family kernel-slots kernel-num-threads \
            kernel-player-media num-media-threads media-num-threads codec-num-threads http-threads redis-num-threads \
            thread-stack poller-size max-recv-iters timer-accuracy scheduling priority idle-scheduling idle-priority \
            io-uring-buffers socket-cpu-affinity evs-lib-path codec-chain-lib-path codec-chain-runners \
            codec-chain-concurrency codec-chain-nonblock codec-chain-interval codec-chain-opus-application \
            codec-chain-opus-complexity software-id log-facility log-facility-cdr log-facility-rtcp log-facility-dtmf \
            log-name log-format log-mark-prefix log-mark-suffix max-log-line-length log-level-core log-level-ffmpeg \
            log-level-internals log-level-spandsp log-level-transcoding log-level-codec log-level-rtcp log-level-ice \
            log-level-crypto log-level-srtp log-level-http log-level-control log-level-dtx log-level-kernel xmlrpc-format/x
            """)

    private static let unsupported = rows(
        .unsupported,
        flags: """
            log-srtp-keys debug-srtp reject-invalid-sdp dtmf-log-ng-tcp dtmf-no-suppress jb-clock-drift jb-adaptive \
            homer-disable-rtcp-stats homer-enable-ng measure-rtp record-egress record-both moh-prevent-double-hold \
            preload-media-files mqtt-tls-alpn
            """,
        values: """
            listen-tcp/l listen-udp/u listen-tcp-ng/N listen-cli/c listen-http listen-https https-cert https-key http-buf-size \
            http-idle-timeout control-tos control-pmtu ng-client-timeout ng-client-retries \
            b2b-url/b templates interfaces-config dtls-cert-cipher dtls-rsa-key-size dtls-signature dtls-mtu dtls-ciphers \
            jitter-buffer jb-adaptive-min jb-adaptive-max dtx-delay max-dtx dtx-buffer dtx-lag dtx-shift dtx-cn-params \
            amr-dtx evs-dtx silence-detect cn-payload dtmf-log-dest dtmf-digit-delay audio-player audio-buffer-length \
            audio-buffer-delay player-cache media-files-reload media-files-expire expiry-timer preload-db-media \
            db-media-reload db-media-expire db-media-cache preload-db-cache db-cache-reload db-cache-expire mysql-host \
            mysql-port mysql-user mysql-pass mysql-query moh-max-duration moh-max-repeats moh-attr-name transcode-config \
            vsc-start-rec vsc-stop-rec vsc-start-stop-rec vsc-pause-rec vsc-pause-resume-rec vsc-start-pause-resume-rec \
            recording-dir recording-method recording-format redis/r redis-write/w redis-subscribe subscribe-keyspace/k \
            redis-expires redis-allowed-errors redis-disable-time redis-cmd-timeout redis-connect-timeout redis-format \
            redis-tcp-keepalive-time redis-tcp-keepalive-intvl redis-tcp-keepalive-probes redis-delete-async-interval \
            mos rtcp-interval graphite/g graphite-interval/G graphite-prefix graphite-timeout homer homer-protocol homer-id \
            homer-ng-capture-proto mqtt-host mqtt-port mqtt-id mqtt-keepalive mqtt-user mqtt-pass mqtt-cafile mqtt-capath \
            mqtt-certfile mqtt-keyfile mqtt-publish-qos mqtt-publish-topic mqtt-publish-interval mqtt-publish-scope janus-secret
            """)

    /// Each word is `name` or `name/letter`.
    private static func rows(_ status: Status, flags: String, values: String = "", lists: String = "") -> [OptionSpec] {
        [(flags, Form.flag), (values, .value), (lists, .list)].flatMap { words, form in
            words.split(separator: " ").map { word in
                let parts = word.split(separator: "/")
                return OptionSpec(name: String(parts[0]), letter: parts.count > 1 ? parts[1].first : nil, form: form, status: status)
            }
        }
    }
}

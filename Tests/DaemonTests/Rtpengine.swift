/// rtpengine's options, as `rtpengine --help` of 10.5.3 and the source of 26.3 have them: `name` or `name/letter`.
enum Rtpengine {
    static let options = (flags + flagsWithLetters + values).map(split)

    static let flags = words("""
        codecs log-stderr/E split-logs no-log-timestamps log-srtp-keys debug-srtp poller-per-thread io-uring sip-source dtls-passive \
        reject-invalid-sdp dtmf-log-ng-tcp dtmf-no-suppress dtmf-no-log-injects jb-clock-drift jb-adaptive measure-rtp record-egress \
        record-both \
        moh-prevent-double-hold preload-media-files kernel-player active-switchover redis-resolve-on-reconnect homer-disable-rtcp-stats \
        homer-enable-ng nftables-append xtables nftables-start nftables-stop nftables-status codec-chain-async
        """).filter { !$0.contains("/") }

    private static let flagsWithLetters = words(
        "help/h version/v foreground/f log-stderr/E no-fallback/F save-interface-ports/S no-redis-required/q")

    private static let values = words("""
        config-file config-section pidfile/p log-level/L log-level-core log-level-spandsp log-level-ffmpeg log-level-transcoding \
        log-level-codec \
        log-level-rtcp log-level-ice log-level-crypto log-level-srtp log-level-internals log-level-http log-level-control log-level-dtx \
        max-log-line-length log-facility log-facility-cdr log-facility-rtcp log-facility-dtmf log-name log-format log-mark-prefix \
        log-mark-suffix num-threads media-num-threads codec-num-threads http-threads kernel-num-threads redis-num-threads thread-stack \
        poller-size max-recv-iters timer-accuracy scheduling priority idle-scheduling idle-priority io-uring-buffers socket-cpu-affinity \
        evs-lib-path codec-chain-lib-path codec-chain-runners codec-chain-concurrency codec-chain-nonblock codec-chain-interval \
        codec-chain-opus-application codec-chain-opus-complexity software-id listen-ng/n listen-tcp-ng/N listen-udp/u listen-tcp/l \
        listen-cli/c \
        listen-http listen-https https-cert https-key http-buf-size http-idle-timeout control-tos control-pmtu ng-client-timeout \
        ng-client-retries timeout/o silent-timeout/s offer-timeout final-timeout/a delete-delay/d max-sessions max-load max-cpu \
        max-bandwidth \
        b2b-url/b xmlrpc-format/x templates interface/i interfaces-config port-min/m port-max/M tos/T endpoint-learning iptables-chain \
        table/t \
        nftables-chain nftables-base-chain nftables-family kernel-slots dtls-cert-cipher dtls-rsa-key-size dtls-signature dtls-mtu \
        dtls-ciphers \
        jitter-buffer jb-adaptive-min jb-adaptive-max dtx-delay max-dtx dtx-buffer dtx-lag dtx-shift dtx-cn-params amr-dtx evs-dtx \
        silence-detect cn-payload dtmf-log-dest dtmf-digit-delay audio-player audio-buffer-length audio-buffer-delay player-cache \
        kernel-player-media media-files-reload media-files-expire expiry-timer preload-db-media db-media-reload db-media-expire \
        db-media-cache \
        preload-db-cache db-cache-reload db-cache-expire mysql-host mysql-port mysql-user mysql-pass mysql-query moh-max-duration \
        moh-max-repeats moh-attr-name transcode-config vsc-start-rec vsc-stop-rec vsc-start-stop-rec vsc-pause-rec vsc-pause-resume-rec \
        vsc-start-pause-resume-rec recording-dir recording-method recording-format redis/r redis-write/w redis-subscribe \
        subscribe-keyspace/k \
        redis-expires redis-allowed-errors redis-disable-time redis-cmd-timeout redis-connect-timeout redis-format \
        redis-tcp-keepalive-time \
        redis-tcp-keepalive-intvl redis-tcp-keepalive-probes redis-delete-async/y redis-delete-async-interval mos ssrc-reporting \
        rtcp-interval \
        graphite/g graphite-interval/G graphite-prefix graphite-timeout homer homer-protocol homer-id homer-ng-capture-proto mqtt-host \
        mqtt-port \
        mqtt-id mqtt-keepalive mqtt-user mqtt-pass mqtt-cafile mqtt-capath mqtt-certfile mqtt-keyfile mqtt-publish-qos \
        mqtt-publish-topic mqtt-publish-interval mqtt-publish-scope janus-secret
        """) + ["mqtt-tls-alpn", "exclude-ports", "num-media-threads"]

    private static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

    private static func split(_ word: String) -> (name: String, letter: Character?) {
        let parts = word.split(separator: "/")
        return (String(parts[0]), parts.count > 1 ? parts[1].first : nil)
    }
}

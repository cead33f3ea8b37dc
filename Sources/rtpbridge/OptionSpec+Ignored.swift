/// What rtpengine has and we accept without effect, so that its command lines and files keep working.
extension OptionSpec {
    static let ignoredProcess: [OptionSpec] = [
        ignored(
            "there is no kernel module, packets pass through the process", .p2,
            flags: "no-fallback/F nftables-append xtables nftables-start nftables-stop nftables-status",
            values: "table/t nftables-chain nftables-base-chain nftables-family kernel-slots"),
        ignored("there is no firewall rule for each port", .p3, values: "iptables-chain"),
        ignored(
            "--num-threads covers all media", .p2,
            values: "media-num-threads num-media-threads codec-num-threads http-threads kernel-num-threads redis-num-threads"),
        ignored(
            "the engine tunes itself", .p3, flags: "poller-per-thread", values: "thread-stack poller-size max-recv-iters timer-accuracy"),
        ignored(
            "priorities are the service manager's (Nice= in the unit)", .p3, values: "scheduling priority idle-scheduling idle-priority"),
        ignored("--packet-io and --pin-threads say it", .p3, flags: "io-uring", values: "io-uring-buffers socket-cpu-affinity"),
        ignored(
            "there is neither EVS nor a library for codec chains", .p3, flags: "codec-chain-async",
            values: """
                evs-lib-path codec-chain-lib-path codec-chain-runners codec-chain-concurrency codec-chain-nonblock \
                codec-chain-interval codec-chain-opus-application codec-chain-opus-complexity
                """),
        ignored("nothing that we send names the software", .p2, values: "software-id"),
        ignored("nothing is logged per packet", .p2, flags: "debug-srtp", values: "log-facility-rtcp"),
        ignored("keys are never written to the log", .p2, flags: "log-srtp-keys"),
    ].flatMap(\.self)

    static let ignoredMedia: [OptionSpec] = [
        ignored("descriptions that cannot be read are refused in any case", .p2, flags: "reject-invalid-sdp"),
        ignored("every interface takes part", .p3, flags: "save-interface-ports/S"),
        ignored("there is one good choice, and Meta asks for it", .p3, values: "dtls-rsa-key-size dtls-signature dtls-ciphers"),
        ignored("the jitter buffer always adapts, to the peer's clock too", .p1, flags: "jb-clock-drift jb-adaptive"),
        ignored(
            "pauses of a sender are covered by concealment and silence in any case", .p2,
            values: "dtx-delay max-dtx dtx-buffer dtx-lag dtx-shift", lists: "dtx-cn-params"),
        ignored("there is neither AMR nor EVS", .p2, values: "amr-dtx evs-dtx"),
        ignored("silence is sent as the codec has it, not as comfort noise", .p2, values: "silence-detect", lists: "cn-payload"),
        ignored("a digit is heard once: audio is left out while its events are sent", .p2, flags: "dtmf-no-suppress"),
        ignored("the digits that the delay is for start nothing here", .p2, values: "dtmf-digit-delay"),
        ignored("digits that we play are not reported in any case", .p2, flags: "dtmf-no-log-injects"),
        ignored(
            "what is played joins the stream without a player of its own", .p2,
            values: "audio-player audio-buffer-length audio-buffer-delay"),
        ignored(
            "recordings are read and resampled once and then kept", .p3, flags: "preload-media-files kernel-player",
            values: """
                player-cache kernel-player-media media-files-reload media-files-expire expiry-timer preload-db-media db-media-reload \
                db-media-expire db-media-cache preload-db-cache db-cache-reload db-cache-expire
                """),
        ignored(
            "there is no database of recordings; files and blobs are played", .p3,
            values: "mysql-host mysql-port mysql-user mysql-pass mysql-query"),
        ignored(
            "hold music is the flag hold-file's", .p3,
            flags: "moh-prevent-double-hold", values: "moh-max-duration moh-max-repeats moh-attr-name"),
        ignored("codecs are converted here, not at another node", .p3, values: "transcode-config"),
        ignored(
            "recording is started by requests, not by digits", .p3,
            values: "vsc-start-rec vsc-stop-rec vsc-start-stop-rec vsc-pause-rec vsc-pause-resume-rec vsc-start-pause-resume-rec"),
        ignored("media is measured in any case", .p1, flags: "measure-rtp"),
    ].flatMap(\.self)

    static let ignoredServices: [OptionSpec] = [
        ignored(
            "calls live in this process only; nothing is kept in Redis, and no other node takes them over", .p2,
            flags: "no-redis-required/q",
            values: "redis/r redis-write/w redis-subscribe", lists: "subscribe-keyspace/k"),
        ignored(
            "calls live in this process only; nothing is kept in Redis", .p3,
            flags: "active-switchover redis-resolve-on-reconnect",
            values: """
                redis-delete-async/y redis-expires redis-allowed-errors redis-disable-time redis-cmd-timeout redis-connect-timeout \
                redis-format \
                redis-tcp-keepalive-time redis-tcp-keepalive-intvl redis-tcp-keepalive-probes redis-delete-async-interval
                """),
        ignored(
            "there is no HEP client; events and /metrics carry the same figures", .p2,
            flags: "homer-disable-rtcp-stats homer-enable-ng", values: "homer homer-protocol homer-id homer-ng-capture-proto"),
        ignored("figures are read from /metrics", .p3, values: "graphite/g graphite-interval/G graphite-prefix graphite-timeout"),
        ignored(
            "figures are read from /metrics, events come by webhook, UDP or WebSocket", .p3, flags: "mqtt-tls-alpn",
            values: """
                mqtt-host mqtt-port mqtt-id mqtt-keepalive mqtt-user mqtt-pass mqtt-cafile mqtt-capath mqtt-certfile mqtt-keyfile \
                mqtt-publish-qos mqtt-publish-topic mqtt-publish-interval mqtt-publish-scope
                """),
        ignored("the events timeout and ended say it, see event-webhook", .p3, values: "b2b-url/b xmlrpc-format/x"),
        ignored("there is no Janus interface", .p3, values: "janus-secret"),
        ignored("the rtpproxy protocol is not spoken", .p3, values: "listen-tcp/l listen-udp/u"),
        ignored("we send requests to nobody", .p3, values: "ng-client-timeout ng-client-retries"),
        ignored("buffers grow as needed, up to the limit of a request", .p2, values: "http-buf-size"),
    ].flatMap(\.self)
}

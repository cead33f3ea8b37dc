import Wire

/// The commands that are counted, in rtpengine's order; the raw value is the name on the wire.
enum CountedCommand: String, CaseIterable {
    case ping, offer, answer, delete, query, list
    case startRecording = "start recording", stopRecording = "stop recording", pauseRecording = "pause recording"
    case startForwarding = "start forwarding", stopForwarding = "stop forwarding"
    case blockDTMF = "block DTMF", unblockDTMF = "unblock DTMF", blockMedia = "block media", unblockMedia = "unblock media"
    case playMedia = "play media", stopMedia = "stop media", playDTMF = "play DTMF"
    case statistics
    case silenceMedia = "silence media", unsilenceMedia = "unsilence media"
    case publish
    case subscribeRequest = "subscribe request", subscribeAnswer = "subscribe answer", unsubscribe
    case injectStart = "inject start", injectStop = "inject stop"
    case connect, cli, transform, create
    case createAnswer = "create answer"
    case mesh

    /// Blanks may be written as dashes.
    init?(wireName name: String) {
        let name = name == "CLI" ? "cli" : name
        guard let command = Self(rawValue: name) ?? Self(rawValue: name.map { $0 == "-" ? " " : String($0) }.joined()) else { return nil }
        self = command
    }

    /// The name in the JSON statistics.
    var shortName: String {
        switch self {
        case .ping, .offer, .answer, .delete, .query, .list, .cli, .create, .mesh: rawValue
        case .startRecording: "startrec"
        case .stopRecording: "stoprec"
        case .pauseRecording: "pauserec"
        case .startForwarding: "startfwd"
        case .stopForwarding: "stopfwd"
        case .blockDTMF: "blkdtmf"
        case .unblockDTMF: "unblkdtmf"
        case .blockMedia: "blkmedia"
        case .unblockMedia: "unblkmedia"
        case .playMedia: "playmedia"
        case .stopMedia: "stopmedia"
        case .playDTMF: "playdtmf"
        case .statistics: "stats"
        case .silenceMedia: "slnmedia"
        case .unsilenceMedia: "unslnmedia"
        case .publish: "pub"
        case .subscribeRequest: "subreq"
        case .subscribeAnswer: "subans"
        case .unsubscribe: "unsub"
        case .injectStart: "injstart"
        case .injectStop: "injstop"
        case .connect: "conn"
        case .transform: "trnsfm"
        case .createAnswer: "crtansw"
        }
    }

    /// The heading of its column in `list totals`.
    var heading: String {
        switch self {
        case .ping: "Ping"
        case .offer: "Offer"
        case .answer: "Answer"
        case .delete: "Delete"
        case .query: "Query"
        case .list: "List"
        case .startRecording: "StartRec"
        case .stopRecording: "StopRec"
        case .pauseRecording: "PauseRec"
        case .startForwarding: "StartFwd"
        case .stopForwarding: "StopFwd"
        case .blockDTMF: "BlkDTMF"
        case .unblockDTMF: "UnblkDTMF"
        case .blockMedia: "BlkMedia"
        case .unblockMedia: "UnblkMedia"
        case .playMedia: "PlayMedia"
        case .stopMedia: "StopMedia"
        case .playDTMF: "PlayDTMF"
        case .statistics: "Stats"
        case .silenceMedia: "SlnMedia"
        case .unsilenceMedia: "UnslnMedia"
        case .publish: "Pub"
        case .subscribeRequest: "SubReq"
        case .subscribeAnswer: "SubAns"
        case .unsubscribe: "Unsub"
        case .injectStart: "InjStart"
        case .injectStop: "InjStop"
        case .connect: "Conn"
        case .cli: "CLI"
        case .transform: "Trnsfm"
        case .create: "Create"
        case .createAnswer: "CrtAnsw"
        case .mesh: "Mesh"
        }
    }

    static let indices: [CountedCommand: Int] = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })
}

/// The requests of one client, by command.
struct ProxyTotals: Equatable {
    struct Command: Equatable {
        var count: UInt64 = 0
        /// From the request to its reply [s].
        var seconds = 0.0
    }

    var proxy: IPAddress
    var commands = [Command](repeating: Command(), count: CountedCommand.allCases.count)
    var errors: UInt64 = 0

    subscript(command: CountedCommand) -> Command { commands[CountedCommand.indices[command] ?? 0] }
}

/// The requests of all clients.
struct RequestTotals: Equatable {
    struct Request {
        /// As it stood in the request.
        var command: String?
        /// `nil` for one that came from nowhere, as the tests' do.
        var proxy: IPAddress?
        var duration: Nanoseconds
        var isError: Bool
    }

    /// In the order of their first requests.
    private(set) var proxies: [ProxyTotals] = []
    private var indices: [IPAddress: Int] = [:]
    /// Anybody can write any sender into a datagram, so the table is bounded; later ones count as 0.0.0.0.
    static let maximumProxies = 1_024

    mutating func count(_ request: Request) {
        guard let proxy = request.proxy else { return }
        let index = index(of: proxy)
        if request.isError { proxies[index].errors &+= 1 }
        let command = request.command.flatMap(CountedCommand.init(wireName:))
        guard let place = command.flatMap({ CountedCommand.indices[$0] }) else { return }
        proxies[index].commands[place].count &+= 1
        proxies[index].commands[place].seconds += request.duration.seconds
    }

    private mutating func index(of proxy: IPAddress) -> Int {
        if let index = indices[proxy] { return index }
        let others = IPAddress(v4: 0)
        let isFull = proxies.count >= Self.maximumProxies
        if isFull, let index = indices[others] { return index }
        let new = isFull ? others : proxy
        indices[new] = proxies.count
        proxies.append(ProxyTotals(proxy: new))
        return proxies.count - 1
    }

    func total(_ command: CountedCommand) -> UInt64 { proxies.reduce(0) { $0 &+ $1[command].count } }
}

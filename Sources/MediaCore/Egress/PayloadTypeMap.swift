/// The payload types of packets that go on as they are, where the two sides number the same format differently.
///
/// No two formats of one number are told apart by name alone, since H.264 is offered several times with other parameters and each has
/// its retransmission format: the nth of a name is the nth on the other side.
struct PayloadTypeMap {
    /// By the source's number; empty where all stay as they are.
    private var numbers: [UInt8] = []

    init() {}

    init(from received: [PayloadPlan], to sent: [PayloadPlan]) {
        for payload in received where payload.payloadType < 128 {
            guard let number = Self.number(of: payload, among: received, in: sent), number != payload.payloadType else { continue }
            if numbers.isEmpty { numbers = Array(0...127) }
            numbers[Int(payload.payloadType)] = number & 0x7f
        }
    }

    subscript(payloadType: UInt8) -> UInt8 { numbers.isEmpty ? payloadType : numbers[Int(payloadType & 0x7f)] }

    private static func number(of payload: PayloadPlan, among received: [PayloadPlan], in sent: [PayloadPlan]) -> UInt8? {
        let same = sent.filter { $0.isSameFormat(as: payload) }
        if same.contains(where: { $0.payloadType == payload.payloadType }) { return payload.payloadType }
        let place = received.filter { $0.isSameFormat(as: payload) }.firstIndex { $0.payloadType == payload.payloadType } ?? 0
        return place < same.count ? same[place].payloadType : same.last?.payloadType
    }
}

extension PayloadPlan {
    fileprivate func isSameFormat(as other: PayloadPlan) -> Bool {
        format == other.format && clockRate == other.clockRate && channels == other.channels
    }
}

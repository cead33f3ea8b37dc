/// How much of the encoder's quality is given up because the processors are busy: the worker says it, encoders follow it
/// from the next frame on.
public enum EncodingThrift: UInt8, Sendable, Comparable, CaseIterable {
    /// As good as the product's setting.
    case none
    /// A cheaper setting that few would hear.
    case lower
    /// The cheapest one that is still fair speech, before calls are refused.
    case lowest

    public static func < (a: EncodingThrift, b: EncodingThrift) -> Bool { a.rawValue < b.rawValue }
}

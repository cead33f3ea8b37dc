extension OpusParameters {
    /// The complexity of our encoder while nothing is lost and the processors have time, 0 to 10: what a measurement of libopus
    /// by itself has to be set to.
    /// - Parameter bitrate: [bit/s]
    public static func cleanComplexity(bitrate: Int) -> Int { OpusEffort(loss: 0, bitrate: bitrate, thrift: .none).complexity }
}

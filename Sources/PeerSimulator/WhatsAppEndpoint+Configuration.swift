public import SRTP
public import Wire

extension WhatsAppEndpoint {
    /// The two kinds of business numbers: DTLS-SRTP with ICE, or SDES with neither.
    public enum Keying: Sendable { case dtls, sdes }

    /// Which WhatsApp user calls, how the number is set, and how slow Meta is.
    public struct Configuration: Sendable {
        public var keying: Keying
        public var address: TransportAddress
        public var certificate: DTLSCertificate
        public var seed: UInt64
        /// Of the speech played and heard [Hz]: 8000, 16000 or 48000; 8000 where the number has G.711.
        public var sampleRate: Int
        /// How long handshake datagrams are ignored, and none sent, after the SDP came: Meta may need up to 3 s.
        public var dtlsDelay: Nanoseconds
        /// Checks of ICE are ignored just as long.
        public var delaysICE = false
        /// The number has PCMU and PCMA beside Opus.
        public var offersG711 = false
        /// Meta sends no media before the business has sent its first SRTP packet.
        public var waitsForFirstPacket = true
        /// When flights of DTLS are repeated.
        public var retransmission = DTLSRetransmission.standard

        public init(
            keying: Keying, address: TransportAddress, certificate: DTLSCertificate, seed: UInt64, sampleRate: Int = 8000,
            dtlsDelay: Nanoseconds = .zero
        ) {
            self.keying = keying
            self.address = address
            self.certificate = certificate
            self.seed = seed
            self.sampleRate = sampleRate
            self.dtlsDelay = dtlsDelay
        }
    }
}

import RTP
import Testing

/// What the packet path handles is plain memory: copying it counts no reference and allocates nothing.
@Suite struct PacketPathTests {
    @Test func itsTypesHoldNoReferences() {
        #expect(_isPOD(RTPHeader.self) && _isPOD(PacketKind.self))
        #expect(_isPOD(SequenceUnwrapper.self) && _isPOD(TimestampUnwrapper.self) && _isPOD(ReceptionStatistics.self))
        #expect(_isPOD(RTCPReader.self) && _isPOD(RTCPElement.self) && _isPOD(ReportBlock.self) && _isPOD(SenderInfo.self))
        // Not the sender, whose queue most legs never have: it changes with digits and is moved by nobody.
        #expect(_isPOD(TelephoneEvent.self) && _isPOD(TelephoneEventReceiver.self))
        #expect(!_isPOD([UInt8].self), "what the check would find")
    }
}

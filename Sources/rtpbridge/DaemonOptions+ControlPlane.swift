import ControlPlane
import MediaIO
import Wire

extension DaemonOptions {
    /// What the control plane shall do, with names resolved and addresses checked against this machine.
    func makeConfiguration() throws(StartError) -> ControlPlaneConfiguration {
        var result = ControlPlaneConfiguration(engine: threads.engine(trafficClass: media.tos))
        guard !control.listenNG.isEmpty else { throw .usage("missing option listen-ng: the daemon is controlled by it") }
        guard !media.interface.isEmpty else { throw .usage("missing option interface: media needs a local address") }
        // Not where the options are parsed: one end of the range may come from the file, the other from the command line.
        guard media.portMin > 0, media.portMin <= media.portMax else {
            throw .usage("port-min \(media.portMin) to port-max \(media.portMax) is no range of ports")
        }
        for text in control.listenNG { result.listenAddresses += try ListenOption.resolve(text) }
        result.interfaces = try InterfaceOption.resolve(media.interface)
        result.portRange = media.portMin...media.portMax
        result.timeouts = timeouts
        result.deleteDelay = .seconds(control.deleteDelay)
        result.limits = limits.limits
        result.usesSIPSource = control.sipSource
        result.dtlsPassive = media.dtlsPassive
        result.learning = media.endpointLearning
        result.ssrcReporting = control.ssrcReporting
        try whatsApp.apply(to: &result)
        return result
    }

    /// As in rtpengine a timeout of 0 or less is the default one, but for the last, which it turns off.
    private var timeouts: ControlPlaneConfiguration.Timeouts {
        var timeouts = ControlPlaneConfiguration.Timeouts()
        if control.timeout > 0 { timeouts.media = .seconds(control.timeout) }
        if control.silentTimeout > 0 { timeouts.silent = .seconds(control.silentTimeout) }
        if control.offerTimeout > 0 { timeouts.offer = .seconds(control.offerTimeout) }
        if control.finalTimeout > 0 { timeouts.final = .seconds(control.finalTimeout) }
        return timeouts
    }
}

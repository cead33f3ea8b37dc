import Logging
import NIOCore
import NIOSSL
public import Wire

/// The addresses of the stream transports, with the ports that the system chose where the configuration says 0.
public struct StreamAddresses: Sendable, Equatable {
    public var tcp: [TransportAddress] = []
    public var http: [TransportAddress] = []
    public var https: [TransportAddress] = []
    public var commands: [TransportAddress] = []
}

/// Everything that is controlled through connections: ng by TCP, HTTP and WebSocket, and the operator's commands.
struct StreamTransports: Sendable {
    private var streams: [NGStreamServer] = []
    private var http: [ControlHTTPServer] = []
    private var https: [ControlHTTPServer] = []
    private var commands: [CommandServer] = []

    /// Opens what the configuration names, and keeps what was opened where one fails.
    mutating func open(
        _ configuration: ControlPlaneConfiguration, inlet: ControlInlet, on loop: any EventLoop, logger: Logger
    ) async throws(ControlPlaneError) {
        let trafficClass = configuration.controlTrafficClass
        for address in configuration.listenTCP {
            do {
                streams.append(try await NGStreamServer.open(address, inlet: inlet, on: loop, trafficClass: trafficClass, logger: logger))
            } catch { throw .cannotListen(address, reason: Self.reason(error)) }
            logger.info("listening for ng by TCP on \(address)")
        }
        for address in configuration.listenHTTP {
            http.append(try await Self.openHTTP(address, tls: nil, configuration, inlet, loop, logger))
        }
        if !configuration.listenHTTPS.isEmpty {
            let tls = try Self.certificate(configuration.tls)
            for address in configuration.listenHTTPS {
                https.append(try await Self.openHTTP(address, tls: tls, configuration, inlet, loop, logger))
            }
        }
        for address in configuration.listenCLI {
            do { commands.append(try await CommandServer.open(address, inlet: inlet, on: loop)) } catch {
                throw .cannotListen(address, reason: Self.reason(error))
            }
            logger.info("listening for commands on \(address)")
        }
    }

    private static func openHTTP(
        _ address: ListenAddress, tls: NIOSSLContext?, _ configuration: ControlPlaneConfiguration, _ inlet: ControlInlet,
        _ loop: any EventLoop, _ logger: Logger
    ) async throws(ControlPlaneError) -> ControlHTTPServer {
        do {
            let server = try await ControlHTTPServer.open(
                address, tls: tls, idleTimeout: configuration.httpIdleTimeout, inlet: inlet, on: loop,
                trafficClass: configuration.controlTrafficClass, logger: logger)
            logger.info("listening for \(tls == nil ? "HTTP" : "HTTPS") on \(address)")
            return server
        } catch { throw .cannotListen(address, reason: reason(error)) }
    }

    private static func certificate(_ files: ControlPlaneConfiguration.TLSFiles?) throws(ControlPlaneError) -> NIOSSLContext {
        guard let files else { throw .cannotReadCertificate(reason: "no certificate is given") }
        do { return try NIOSSLContext.server(files) } catch {
            throw .cannotReadCertificate(reason: "\(files.certificate)\(files.key.map { ", \($0)" } ?? ""): \(error)")
        }
    }

    private static func reason(_ error: any Error) -> String { (error as? IOError)?.description ?? "\(error)" }

    var addresses: StreamAddresses {
        var addresses = StreamAddresses()
        addresses.tcp = streams.flatMap(\.listener.addresses)
        addresses.http = http.flatMap(\.listener.addresses)
        addresses.https = https.flatMap(\.listener.addresses)
        addresses.commands = commands.flatMap(\.listener.addresses)
        return addresses
    }

    var isWithoutTCP: Bool { streams.isEmpty }

    /// Sends a message to every TCP client of ng.
    func push(_ message: [UInt8]) { for stream in streams { stream.push(message) } }

    func stopListening() async {
        for stream in streams { await stream.listener.close() }
        for server in http + https { await server.listener.close() }
        for server in commands { await server.listener.close() }
    }

    /// Ends the connections too.
    func close() async {
        for stream in streams { await stream.close() }
        for server in http + https { await server.close() }
        for server in commands { await server.close() }
    }
}

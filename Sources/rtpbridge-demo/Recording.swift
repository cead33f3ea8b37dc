import Codecs
import Foundation
import Wire

/// The demo's recordings are all of telephone speech.
enum Recording {
    static let sampleRate = 8000

    static func read(_ path: String) throws(DemoError) -> [Int16] {
        guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable(path, "can't be read") }
        let file: WAVFile
        do throws(WAVFile.Problem) {
            file = try Array(data).withBytes { (bytes) throws(WAVFile.Problem) in try WAVFile(parsing: bytes) }
        } catch { throw .unreadable(path, "\(error)") }
        guard file.sampleRate == sampleRate else { throw .unreadable(path, "is sampled at \(file.sampleRate) Hz, not \(sampleRate)") }
        return file.samples
    }

    static func write(_ samples: [Int16], to path: String) throws(DemoError) {
        let data = Data(WAVFile(samples: samples, sampleRate: sampleRate).encoded)
        guard FileManager.default.createFile(atPath: path, contents: data) else { throw .unreadable(path, "can't be written") }
    }
}

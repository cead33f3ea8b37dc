/// A read-only window on bytes that somebody else owns, with checked big-endian access.
///
/// Every read returns `nil` outside the window: bytes from the network must never trap. The window
/// is valid only for the duration of the call that handed it out; nobody stores one.
@frozen
public struct Bytes {
    public let base: UnsafeRawPointer?
    public let count: Int

    @inlinable public init(_ base: UnsafeRawPointer?, count: Int) {
        self.base = base
        self.count = base == nil ? 0 : max(0, count)
    }
    @inlinable public init(_ buffer: UnsafeRawBufferPointer) { self.init(buffer.baseAddress, count: buffer.count) }
    @inlinable public init(_ bytes: MutableBytes) { self.init(UnsafeRawPointer(bytes.base), count: bytes.count) }

    public static var empty: Bytes { Bytes(nil, count: 0) }
    @inlinable public var isEmpty: Bool { count == 0 }
    @inlinable public var buffer: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    /// Big-endian integers; `nil` unless all of their bytes are inside the window.
    @inlinable public func u8(_ offset: Int) -> UInt8? {
        guard let base, offset >= 0, offset < count else { return nil }
        return base.load(fromByteOffset: offset, as: UInt8.self)
    }
    @inlinable public func u16(_ offset: Int) -> UInt16? {
        guard let base, offset >= 0, offset <= count - 2 else { return nil }
        return UInt16(bigEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }
    /// A 24-bit big-endian integer, as RTCP's cumulative loss and DTLS lengths have them.
    @inlinable public func u24(_ offset: Int) -> UInt32? {
        guard let high = u8(offset), let low = u16(offset &+ 1) else { return nil }
        return UInt32(high) << 16 | UInt32(low)
    }
    @inlinable public func u32(_ offset: Int) -> UInt32? {
        guard let base, offset >= 0, offset <= count - 4 else { return nil }
        return UInt32(bigEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
    @inlinable public func u64(_ offset: Int) -> UInt64? {
        guard let base, offset >= 0, offset <= count - 8 else { return nil }
        return UInt64(bigEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    /// The `length` bytes from `offset`, or `nil` if they do not all lie inside the window.
    @inlinable public func slice(_ offset: Int, _ length: Int) -> Bytes? {
        guard offset >= 0, length >= 0, offset <= count, length <= count - offset else { return nil }
        return Bytes(base.map { $0 + offset }, count: length)
    }
    /// Everything from `offset` on, or `nil` if `offset` is past the end.
    @inlinable public func suffix(from offset: Int) -> Bytes? { slice(offset, count - offset) }

    /// A copy on the heap; never on the packet path.
    @inlinable public var array: [UInt8] { Array(buffer) }
}

/// A writable window on bytes that somebody else owns; the counterpart of `Bytes`.
///
/// Every write reports whether it fitted. The same lifetime rule as for `Bytes` holds.
@frozen
public struct MutableBytes {
    public let base: UnsafeMutableRawPointer?
    public let count: Int

    @inlinable public init(_ base: UnsafeMutableRawPointer?, count: Int) {
        self.base = base
        self.count = base == nil ? 0 : max(0, count)
    }
    @inlinable public init(_ buffer: UnsafeMutableRawBufferPointer) { self.init(buffer.baseAddress, count: buffer.count) }

    @inlinable public var bytes: Bytes { Bytes(self) }
    @inlinable public var buffer: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(start: base, count: count) }

    /// Big-endian integers; `false`, and nothing is written, unless all of their bytes are inside the window.
    @discardableResult
    @inlinable public func set8(_ offset: Int, _ value: UInt8) -> Bool {
        guard let base, offset >= 0, offset < count else { return false }
        base.storeBytes(of: value, toByteOffset: offset, as: UInt8.self)
        return true
    }
    @discardableResult
    @inlinable public func set16(_ offset: Int, _ value: UInt16) -> Bool {
        guard let base, offset >= 0, offset <= count - 2 else { return false }
        base.storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt16.self)
        return true
    }
    @discardableResult
    @inlinable public func set24(_ offset: Int, _ value: UInt32) -> Bool {
        guard offset >= 0, offset <= count - 3 else { return false }
        return set8(offset, UInt8(truncatingIfNeeded: value >> 16)) && set16(offset + 1, UInt16(truncatingIfNeeded: value))
    }
    @discardableResult
    @inlinable public func set32(_ offset: Int, _ value: UInt32) -> Bool {
        guard let base, offset >= 0, offset <= count - 4 else { return false }
        base.storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt32.self)
        return true
    }
    @discardableResult
    @inlinable public func set64(_ offset: Int, _ value: UInt64) -> Bool {
        guard let base, offset >= 0, offset <= count - 8 else { return false }
        base.storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt64.self)
        return true
    }
    /// Copies `source` to `offset`; `false`, and nothing written, if it does not fit.
    @discardableResult
    @inlinable public func copy(_ source: Bytes, to offset: Int) -> Bool {
        guard offset >= 0, offset <= count, source.count <= count - offset else { return false }
        guard let base, let from = source.base, source.count > 0 else { return source.count == 0 }
        (base + offset).copyMemory(from: from, byteCount: source.count)
        return true
    }
    /// The `length` bytes from `offset`, or `nil` if they do not all lie inside the window.
    @inlinable public func slice(_ offset: Int, _ length: Int) -> MutableBytes? {
        guard offset >= 0, length >= 0, offset <= count, length <= count - offset else { return nil }
        return MutableBytes(base.map { $0 + offset }, count: length)
    }
}

extension Array where Element == UInt8 {
    /// Lends the array's bytes as a `Bytes` window for the duration of `body`.
    @inlinable public func withBytes<R, E: Error>(_ body: (Bytes) throws(E) -> R) throws(E) -> R {
        var result: Result<R, E>?
        withUnsafeBytes { buffer in
            do throws(E) { result = .success(try body(Bytes(buffer))) } catch { result = .failure(error) }
        }
        return try result.unsafelyUnwrapped.get()
    }
    /// Lends the array's bytes as a `MutableBytes` window for the duration of `body`.
    @inlinable public mutating func withMutableBytes<R, E: Error>(_ body: (MutableBytes) throws(E) -> R) throws(E) -> R {
        var result: Result<R, E>?
        withUnsafeMutableBytes { buffer in
            do throws(E) { result = .success(try body(MutableBytes(buffer))) } catch { result = .failure(error) }
        }
        return try result.unsafelyUnwrapped.get()
    }
}

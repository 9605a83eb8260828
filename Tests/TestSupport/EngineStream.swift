/// What `iopmem fiemap --format` writes of a file, read by the table of
/// iopmem-sg(5).
public struct EngineStream: Sendable {
  /// Why bytes are no such thing.
  public struct Malformed: Error {
    /// What is wrong.
    public let what: String
  }

  /// 1 sg, 2 nvme-prp, 3 nvme-sgl, 4 xdma, 5 qdma.
  public let kind: UInt16
  /// Bytes of the transfer.
  public let transferBytes: UInt64
  /// DPTR: bytes 24 to 39 of the command.
  public let dataPointer: [UInt8]
  /// The fingerprint's 16 bytes.
  public let fingerprint: [UInt8]
  /// The records, one after the other.
  public let records: [UInt8]

  /// Reads the header and its records from the front of a stream.
  public init(readingFrom stream: inout ArraySlice<UInt8>) throws {
    let header = Array(stream.prefix(64))
    guard header.count == 64, header.prefix(8).elementsEqual("IOPMEMSG".utf8) else {
      throw Malformed(what: "magic")
    }
    guard header.number(8, 2) == 1, header.number(10, 2) == 64 else {
      throw Malformed(what: "version")
    }
    kind = UInt16(header.number(14, 2))
    let recordBytes = header.number(12, 2)
    guard recordBytes == [1: 24, 2: 8, 3: 16, 4: 32, 5: 32][kind] else {
      throw Malformed(what: "record bytes")
    }
    transferBytes = header.number(24, 8)
    dataPointer = Array(header[32..<48])
    fingerprint = Array(header[48...])
    let length = Int(header.number(16, 8) * recordBytes)
    records = Array(stream.dropFirst(64).prefix(length))
    guard records.count == length else { throw Malformed(what: "number of records") }
    stream = stream.dropFirst(64 + length)
  }

  /// Reads a stream that holds one file.
  public init(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    try self.init(readingFrom: &rest)
    guard rest.isEmpty else { throw Malformed(what: "\(rest.count) bytes behind the records") }
  }

  /// The records of an `sg` stream.
  public var segments: [(fileOffset: UInt64, address: UInt64, length: UInt64)] {
    stride(from: 0, to: records.count, by: 24).map {
      (records.number($0, 8), records.number($0 + 8, 8), records.number($0 + 16, 8))
    }
  }
}

extension [UInt8] {
  /// A little-endian number of so many bytes.
  public func number(_ offset: Int, _ count: Int) -> UInt64 {
    self[offset..<offset + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}

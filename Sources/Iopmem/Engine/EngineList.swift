internal import Linux

/// A file's transfer in a form that engines read: iopmem-sg(5).
public protocol EngineList: Sendable {
  /// What the list is made of.
  associatedtype Record: EngineRecord

  /// Which form it is.
  static var kind: EngineListKind { get }
  /// What is moved.
  var transfer: Transfer { get }
  /// How many records there are.
  var recordCount: UInt64 { get }
  /// What goes into the command itself.
  var dataPointer: DataPointer { get }

  /// Calls a body with one record after the other.
  /// - Parameter segments: those of the transfer.
  /// - Throws: `Failure` when they cannot be read back, and what the body throws.
  func forEachRecord(
    of segments: borrowing SegmentList, _ body: (Record) throws(Failure) -> Void
  ) throws(Failure)
}

/// A record of a list, as bytes.
public protocol EngineRecord: Sendable {
  /// How many bytes it has.
  static var byteCount: UInt16 { get }
  /// Appends its bytes.
  func append(to bytes: inout [UInt8])
}

/// The forms of lists, by their numbers in the header.
public enum EngineListKind: UInt16, Sendable {
  /// Segments: file offset, address, length.
  case segments = 1
  /// Physical region pages of NVMe.
  case physicalRegionPages = 2
  /// A scatter gather list of NVMe.
  case scatterGatherList = 3
}

/// Bytes 24 to 39 of an NVMe command, DPTR; zeros where the engine has nothing of the kind.
public struct DataPointer: Hashable, Sendable {
  /// The lower eight bytes: PRP1, or SGL1's address.
  public let first: UInt64
  /// The upper eight bytes: PRP2, or what else SGL1 says.
  public let second: UInt64

  /// Nothing.
  public static let none = DataPointer(first: 0, second: 0)
}

extension EngineList {
  /// The 64 bytes before the records.
  /// - Parameter map: the file's, for its fingerprint.
  public func header(of map: FileMap) -> [UInt8] {
    var bytes = Array("IOPMEMSG".utf8)
    bytes.reserveCapacity(64)
    let version: UInt64 = 1
    let length: UInt64 = 64
    bytes.append(
      littleEndian: version | length << 16 | UInt64(Record.byteCount) << 32
        | UInt64(Self.kind.rawValue) << 48)
    bytes.append(littleEndian: recordCount)
    bytes.append(littleEndian: transfer.byteCount.rawValue)
    bytes.append(littleEndian: dataPointer.first)
    bytes.append(littleEndian: dataPointer.second)
    bytes.append(contentsOf: map.fingerprint.bytes)
    return bytes
  }
}

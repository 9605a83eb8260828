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

  /// Calls a body with one run of records after the other.
  /// - Parameter segments: those of the transfer.
  /// - Throws: `Failure` when they cannot be read back, and what the body throws.
  func forEachRun(
    of segments: borrowing SegmentList, _ body: ([Record]) throws(Failure) -> Void
  ) throws(Failure)
}

/// A record of a list, as it lies in memory: numbers, and no room between them.
public protocol EngineRecord: BitwiseCopyable, Sendable {
  /// The same with the bytes of each number in the order in which they are written.
  var littleEndian: Self { get }
}

/// Gathers records for those who take them in runs.
struct RecordBatch<Record: EngineRecord> {
  /// How many bytes are handed out together: what a cache holds.
  private static var enough: Int { 16_384 / MemoryLayout<Record>.stride }
  private var records: [Record] = []

  init() { records.reserveCapacity(Self.enough) }

  /// Takes a record, and calls a body with all of them when they are enough.
  mutating func append(
    _ record: Record, _ body: ([Record]) throws(Failure) -> Void
  ) throws(Failure) {
    records.append(record)
    if records.count == Self.enough { try finish(body) }
  }

  /// Calls a body with those that are left.
  mutating func finish(_ body: ([Record]) throws(Failure) -> Void) throws(Failure) {
    if !records.isEmpty { try body(records) }
    records.removeAll(keepingCapacity: true)
  }
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

/// What stands before the records of a file: eight words of eight bytes, as in iopmem-sg(5).
public struct EngineListHeader: EngineRecord {
  private var words: InlineArray<8, UInt64>

  /// The header of a file's list.
  public init<List: EngineList>(of list: List, _ map: FileMap) {
    let version: UInt64 = 1
    let byteCount: UInt64 = 64
    let recordBytes = UInt64(MemoryLayout<List.Record>.stride)
    let fingerprint = map.fingerprint.bytes
    words = [
      Self.word("IOPMEMSG".utf8),
      version | byteCount << 16 | recordBytes << 32 | UInt64(List.kind.rawValue) << 48,
      list.recordCount, list.transfer.byteCount.rawValue, list.dataPointer.first,
      list.dataPointer.second, Self.word(fingerprint.prefix(8)), Self.word(fingerprint.suffix(8)),
    ]
  }

  /// The words, each in the order in which its bytes are written.
  public var littleEndian: EngineListHeader {
    var header = self
    for index in words.indices { header.words[index] = words[index].littleEndian }
    return header
  }

  /// Eight bytes as the word that is written as them.
  private static func word(_ bytes: some BidirectionalCollection<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}

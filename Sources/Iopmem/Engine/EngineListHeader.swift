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
      UInt64(lowestFirst: "IOPMEMSG".utf8),
      version | byteCount << 16 | recordBytes << 32 | UInt64(List.kind.rawValue) << 48,
      list.recordCount, list.transfer.byteCount.rawValue, list.dataPointer.first,
      list.dataPointer.second, UInt64(lowestFirst: fingerprint.prefix(8)),
      UInt64(lowestFirst: fingerprint.suffix(8)),
    ]
    for index in words.indices { words[index] = words[index].littleEndian }
  }
}

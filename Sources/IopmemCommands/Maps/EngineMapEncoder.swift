internal import Iopmem
internal import Linux

/// Encodes the map of a file as an engine reads it: iopmem-sg(5).
struct EngineMapEncoder<List: EngineList>: MapEncoder {
  private let map: FileMap
  private let list: List

  init(_ map: FileMap, _ list: List) {
    self.map = map
    self.list = list
  }

  func encode(_ segments: borrowing SegmentList, to writer: inout MapWriter) throws(Failure) {
    try writer.append { $0.append(records: [EngineListHeader(of: list, map)]) }
    try list.forEachRun(of: segments) { (run) throws(Failure) in
      try writer.append { $0.append(records: run) }
    }
  }
}

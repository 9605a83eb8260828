internal import Iopmem
internal import Linux

/// A file as an engine reads it: iopmem-sg(5).
struct EnginePage<List: EngineList> {
  private let map: FileMap
  private let list: List

  init(_ map: FileMap, _ list: List) {
    self.map = map
    self.list = list
  }

  func write(_ segments: borrowing SegmentList, to stream: inout MapStream) throws(Failure) {
    try stream.append { $0.append(records: [EngineListHeader(of: list, map)]) }
    try list.forEachRun(of: segments) { (run) throws(Failure) in
      try stream.append { $0.append(records: run) }
    }
  }
}

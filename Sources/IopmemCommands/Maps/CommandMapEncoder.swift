internal import Iopmem
internal import Linux

/// Encodes the map of a file as the lists of a controller's commands: iopmem-sg(5).
struct CommandMapEncoder<List: EngineList>: MapEncoder {
  private let lists: CommandLists<List>

  init(_ lists: CommandLists<List>) { self.lists = lists }

  func encode(_ segments: borrowing SegmentList, to writer: inout MapWriter) throws(Failure) {
    try lists.forEachList(of: segments) { (list, part, own) throws(Failure) in
      try EngineMapEncoder(part, list).encode(own, to: &writer)
    }
  }
}

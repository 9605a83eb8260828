internal import SystemPackage

/// A file's lists, one for each command of a controller that takes so many bytes at once.
///
/// The lists lie one behind the other in memory, each from the beginning of a memory page on.
public struct CommandLists<List: EngineList>: Sendable {
  /// Makes the list of a part of the file.
  public typealias Maker =
    @Sendable (FileMap, borrowing SegmentList, ListMemory) throws(Failure) -> List

  private let map: FileMap
  private let most: ByteCount?
  private let memory: ListMemory
  private let make: Maker

  /// Checks that every part of a file can be had.
  /// - Parameter most: the most bytes of a command; nil for any number.
  /// - Throws: `refused` where a list cannot be, and what the maker throws.
  public init(
    of map: FileMap, _ segments: borrowing SegmentList, atMost most: ByteCount?,
    in memory: ListMemory, _ make: @escaping Maker
  ) throws(Failure) {
    self.map = map
    self.most = most
    self.memory = memory
    self.make = make
    var whole: ClosedRange<UInt64>?
    try forEachList(of: segments) { (list, _, _, range) throws(Failure) in
      if let range { whole = (whole?.lowerBound ?? range.lowerBound)...range.upperBound }
    }
    // A list must not lie in the bytes of another part either.
    guard most != nil, let whole else { return }
    try Transfer(of: map, segments, under: .none).requireApart(from: whole, segments)
  }

  /// Calls a body with one list after the other, its part of the map and that one's segments.
  public func forEachList(
    of segments: borrowing SegmentList,
    _ body: (List, FileMap, borrowing SegmentList) throws(Failure) -> Void
  ) throws(Failure) {
    try forEachList(of: segments) { (list, part, own, _) throws(Failure) in
      try body(list, part, own)
    }
  }

  private func forEachList(
    of segments: borrowing SegmentList,
    _ body: (List, FileMap, borrowing SegmentList, ClosedRange<UInt64>?) throws(Failure) -> Void
  ) throws(Failure) {
    guard let most else {
      return try body(try make(map, segments, memory), map, segments, nil)
    }
    var memory = memory
    try map.forEachPart(of: segments, atMost: most) { (part, own) throws(Failure) in
      let list = try make(part, own, memory)
      let range = try memory.range(of: list.recordCount, part.path)
      try body(list, part, own, range)
      if let range { memory = try memory.following(range, part.path) }
    }
  }
}

extension ListMemory {
  /// The addresses of so many slots; nil for none, or without memory.
  fileprivate func range(
    of slots: UInt64, _ path: FilePath
  ) throws(Failure) -> ClosedRange<UInt64>? {
    guard let base, slots > 0 else { return nil }
    let (bytes, tooMany) = slots.multipliedReportingOverflow(by: entryBytes)
    let (last, tooLong) = base.addingReportingOverflow(bytes &- 1)
    guard !tooMany, !tooLong else { throw Self.noRoom(path) }
    return base...last
  }

  /// The memory from the next page on.
  fileprivate func following(
    _ range: ClosedRange<UInt64>, _ path: FilePath
  ) throws(Failure) -> ListMemory {
    let (next, overflow) = (range.upperBound | (pageSize.rawValue - 1))
      .addingReportingOverflow(1)
    guard !overflow else { throw Self.noRoom(path) }
    return moved(to: next)
  }

  private static func noRoom(_ path: FilePath) -> Failure {
    Failure(.refused, path, "needs lists that pass the end of the address space")
  }
}

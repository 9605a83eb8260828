import Iopmem
import Linux
import TestSupport

/// A file of segments, in the form of lists, as the bytes that go out.
struct EngineListSample {
  var segments: [Segment]
  var origin: UInt64 = 0x2_0000_0000
  var limits = Limits.none
  var holes = ByteCount.zero

  /// Runs of the file one after the other, each at its place in the BAR.
  init(_ runs: [(bar: UInt64, length: UInt64)]) {
    var offset: UInt64 = 0
    segments = runs.map { run in
      defer { offset += run.length }
      return Segment(
        fileOffset: FileOffset(offset), barOffset: BarOffset(run.bar),
        length: ByteCount(run.length))
    }
  }

  /// What a controller must make of it.
  var runs: [NVMeController.Run] {
    segments.map {
      NVMeController.Run(address: origin + $0.barOffset.rawValue, length: $0.length.rawValue)
    }.joined
  }

  func pages(_ memory: ListMemory) throws -> EngineStream {
    try stream { (map, segments) throws(Failure) in
      try PRPList(of: map, segments, under: limits, in: memory)
    }
  }

  func descriptors(_ memory: ListMemory) throws -> EngineStream {
    try stream { (map, segments) throws(Failure) in
      try SGLList(of: map, segments, under: limits, in: memory)
    }
  }

  /// The streams of the commands that move so many bytes each, at most.
  func commandPages(_ memory: ListMemory, atMost most: ByteCount) throws -> [EngineStream] {
    var list = SegmentList()
    for segment in segments { try list.append(segment) }
    var map = try FileMap.atBase(origin)
    let end = segments.last.map { $0.fileOffset.rawValue + $0.length.rawValue } ?? 0
    map.range = FileOffset(0)..<FileOffset(end)
    let limits = limits
    let lists = try CommandLists(of: map, list, atMost: most, in: memory) {
      (part, own, memory) throws(Failure) in
      try PRPList(of: part, own, under: limits, in: memory)
    }
    var bytes: [UInt8] = []
    try lists.forEachList(of: list) { (made, part, own) throws(Failure) in
      bytes.append(records: [EngineListHeader(of: made, part)])
      try made.forEachRun(of: own) { (run) throws(Failure) in bytes.append(records: run) }
    }
    var streams: [EngineStream] = []
    var rest = bytes[...]
    while !rest.isEmpty { streams.append(try EngineStream(readingFrom: &rest)) }
    return streams
  }

  func xdma(_ base: UInt64, _ card: CardSide) throws -> EngineStream {
    try stream { (map, segments) throws(Failure) in
      try XDMAList(of: map, segments, under: limits, at: base, card)
    }
  }

  func qdma(_ card: CardSide) throws -> EngineStream {
    try stream { (map, segments) throws(Failure) in
      try QDMAList(of: map, segments, under: limits, card)
    }
  }

  func records() throws -> EngineStream {
    try stream { (map, segments) throws(Failure) in
      try SegmentRecords(of: map, segments, under: limits)
    }
  }

  private func stream<List: EngineList>(
    _ make: (FileMap, borrowing SegmentList) throws(Failure) -> List
  ) throws -> EngineStream {
    var list = SegmentList()
    for segment in segments { try list.append(segment) }
    let map = try FileMap.atBase(origin, holes: holes)
    let made = try make(map, list)
    var bytes: [UInt8] = []
    bytes.append(records: [EngineListHeader(of: made, map)])
    try made.forEachRun(of: list) { (run) throws(Failure) in
      bytes.append(records: run)
    }
    return try EngineStream(bytes)
  }
}

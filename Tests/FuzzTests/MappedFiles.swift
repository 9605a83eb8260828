import SystemPackage

@testable import Iopmem

/// Every file of an image that was mapped, and its segments.
struct MappedFiles {
  static let base: UInt64 = 0x12_3456_7000

  private(set) var files: [(map: FileMap, segments: [Segment])] = []

  /// Maps what can be mapped; nil where the image as a whole is refused.
  /// - Parameter options: 1 passes what is unwritten, 2 asks for whole blocks, 4 passes no doubt.
  init?(_ image: FilePath, _ options: UInt8) throws {
    let request = MapRequest(
      wholeBlocks: options & 2 != 0, allowed: options & 1 != 0 ? [.unwritten] : [],
      requiresDAX: false)
    let opened = try answer { () throws(Failure) in
      try ImageFileMapper(
        ImageName(image), windows: WindowSource(choices: WindowChoices(base: Self.base)),
        request: request,
        passing: options & 4 != 0 ? [.inUse] : Set(ImageFileMapper.Doubt.allCases),
        checkingShared: true)
    }
    guard var mapper = opened else { return nil }
    var files: [(map: FileMap, segments: [Segment])] = []
    var refused: [Failure] = []
    var segments = SegmentList()
    try mapper.mapTree("/", into: &segments) { (result, list) throws(Failure) in
      switch result {
      case .failure(let failure): refused.append(failure)
      case .success(let map):
        var own: [Segment] = []
        try list.forEachRun { (run) throws(Failure) in own += run }
        files.append((map, own))
      }
    }
    for failure in refused { try hold(failure) }
    self.files = files
  }

  /// Holds each file's segments against its range, the image and the window.
  func holdInside(length: UInt64) throws {
    for (map, segments) in files {
      var end = map.range.lowerBound.rawValue
      var mapped: UInt64 = 0
      for segment in segments {
        let start = segment.fileOffset.rawValue
        try hold(start >= end && segment.length > .zero, "\(map.path): \(segment) is out of order")
        end = start + segment.length.rawValue
        mapped += segment.length.rawValue
        let last = segment.barOffset.rawValue.addingReportingOverflow(segment.length.rawValue)
        try hold(
          !last.overflow && last.partialValue <= length, "\(map.path): \(segment) is outside")
        let address = map.window.busAddress(of: segment.barOffset)?.rawValue
        try hold(
          address == Self.base + segment.barOffset.rawValue, "\(map.path): \(segment) is elsewhere")
      }
      try hold(end <= map.range.upperBound.rawValue, "\(map.path) passes its range")
      try hold(
        mapped + map.holeBytes.rawValue == map.range.length.rawValue,
        "\(map.path): \(mapped) and \(map.holeBytes) are not \(map.range)")
    }
  }

  /// Holds that no byte of the image is two files', nor a file's twice.
  func holdApart() throws {
    var seen: Set<UInt64> = []
    var runs: [(start: UInt64, end: UInt64, path: FilePath)] = []
    for (map, segments) in files where seen.insert(map.inode).inserted {
      for segment in segments {
        let start = segment.barOffset.rawValue
        runs.append((start, start + segment.length.rawValue, map.path))
      }
    }
    runs.sort { $0.start < $1.start }
    for (run, next) in zip(runs, runs.dropFirst()) {
      try hold(run.end <= next.start, "\(run.path) and \(next.path) share \(next.start)")
    }
  }

  /// Holds each byte of each file against what the bitmaps and all other layouts say of it.
  func holdAgainst(_ occupancy: Occupancy, length: UInt64) throws {
    var end: UInt64 = 0
    for area in occupancy.areas {
      try hold(area.start.rawValue == end, "areas leave a gap at \(end)")
      end += area.length.rawValue
    }
    try hold(end == length, "areas end at \(end)")
    for (map, segments) in files {
      for segment in segments {
        let start = segment.barOffset.rawValue
        let last = start + segment.length.rawValue
        for area in occupancy.areas
        where area.start.rawValue < last && area.start.rawValue + area.length.rawValue > start {
          let isOwn =
            switch area.content {
            case .file(let index): occupancy.files[index].inode == map.inode
            case .other: true
            case .free, .metadata, .journal, .shared, .unsettled: false
            }
          try hold(isOwn, "\(map.path): \(segment) lies in \(area)")
        }
      }
    }
  }

  /// Holds that a file is there, and every other as it was.
  func holdPlaced(
    _ path: FilePath, _ size: ByteCount, isWhole: Bool, beside before: MappedFiles
  ) throws {
    guard let own = files.first(where: { $0.map.path == path }) else {
      throw Broken(what: "is placed, and cannot be mapped")
    }
    try hold(own.map.size == size, "has \(own.map.size) bytes, not \(size)")
    try hold(own.map.holeBytes == .zero, "has holes")
    try hold(!isWhole || own.segments.count == 1, "lies in \(own.segments)")
    let now = Dictionary(
      files.map { ($0.map.path, $0.segments) }, uniquingKeysWith: { first, _ in first })
    for (map, segments) in before.files {
      try hold(now[map.path] == segments, "\(map.path) has moved")
    }
  }
}

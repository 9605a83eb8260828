import Linux
import SystemPackage
import TestSupport

@testable import Iopmem
@testable import IopmemCommands

extension FuzzTarget {
  /// Maps that `iopmem verify` reads again.
  static let savedMaps = FuzzTarget(
    name: "saved-maps",
    read: { bytes, folder in
      let path = FilePath(try folder.write(bytes, to: "map.json"))
      guard let saved = try answer({ () throws(Failure) in try SavedMaps(at: path) }) else {
        return
      }
      try hold(!saved.maps.isEmpty, "is a document of no file")
      for map in saved.maps {
        var end: UInt64 = 0
        for segment in map.segments {
          try hold(segment.fileOffset.rawValue >= end, "\(segment) is out of order")
          end = segment.fileOffset.rawValue + segment.length.rawValue
        }
        try holdWritten(map, image: saved.image, to: folder)
      }
    })

  /// Holds that a map that is written is read again as it was.
  private static func holdWritten(
    _ map: SavedMap, image: ImageName?, to folder: TestSupport.TemporaryFolder
  ) throws {
    // A window of a client's own is told with the client, which a saved map does not keep; and doubts
    // are kept for the document.
    guard map.source != .mapped, let window = map.window else { return }
    var segments = SegmentList()
    for segment in map.segments { try segments.append(segment) }
    let mapped = map.segments.reduce(0) { $0 + $1.length.rawValue }
    let whole = FileMap(
      path: map.path, size: map.size, identity: map.identity, fileSystem: "ext4",
      device: image?.path ?? "/dev/iopmem0", window: window, dax: image == nil ? true : nil,
      pinned: false,
      overrides: map.allowed.map(\.rawValue).sorted() + (map.requiredDAX ? [] : ["no-dax-check"]),
      range: map.range, holeBytes: ByteCount(map.range.length.rawValue - mapped),
      fingerprint: map.fingerprint,
      imageOffset: image.map { name in
        if case .offset(let offset) = name.place { ByteCount(offset) } else { .zero }
      })
    var text: [UInt8] = Array("{\"schema\":\"iopmem.fiemap/1\",\"files\":[".utf8)
    let encoder = JSONMapEncoder(whole, cutBy: nil, segmentCount: UInt64(segments.count))
    encoder.begin(&text, columns: nil)
    for (index, segment) in map.segments.enumerated() {
      if index > 0 { text.append(UInt8(ascii: ",")) }
      encoder.row(segment, &text)
    }
    encoder.end(&text)
    text += JSONMapEncoder.closing([])
    let path = FilePath(try folder.write(text, to: "again.json"))
    let again: SavedMaps
    do throws(Failure) { again = try SavedMaps(at: path) } catch {
      throw Broken(what: "is written so that it is refused: \(error.message)")
    }
    let read = again.maps[0]
    try hold(
      again.image == image && read.path == map.path && read.identity == map.identity
        && read.size == map.size && read.range == map.range
        && read.fingerprint == map.fingerprint && read.function == map.function
        && read.bar == map.bar && read.source == map.source && read.segments == map.segments
        && read.allowed == map.allowed && read.requiredDAX == map.requiredDAX
        && (map.segments.isEmpty
          || read.busBase == map.busBase && read.cpuBase == map.cpuBase),
      "\(map) is read again as \(read)")
  }
}

extension SavedMap {
  /// A window that its segments could lie in; nil where none could.
  fileprivate var window: Window? {
    let end = segments.map { $0.barOffset.rawValue &+ $0.length.rawValue }.max() ?? 4096
    return try? Window(
      source: source, function: function, bar: bar, start: BarOffset(0), length: ByteCount(end),
      barLength: ByteCount(end), busBase: busBase, cpuBase: cpuBase)
  }
}

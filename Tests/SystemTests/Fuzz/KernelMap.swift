import Linux
import SystemPackage
import TestSupport

/// What the kernel says and reads of a file of a mounted file system.
struct KernelMap {
  /// What it maps: joined, and no further than the last block with a byte of the file.
  private(set) var runs: [MapDocument.Run] = []

  /// - Throws: whatever the kernel answers.
  init(_ path: String, blockSize: UInt64) throws {
    let file = try Descriptor(FilePath(path), .readOnly)
    let size = try file.status().size
    let end = (size + blockSize - 1) / blockSize * blockSize
    var buffer = FiemapBuffer(capacity: 32)
    var start: UInt64 = 0
    while start < end {
      try buffer.fill(from: file, start: start, length: end - start)
      if buffer.count == 0 { break }
      for index in 0..<buffer.count {
        let extent = buffer[index]
        start = extent.logical + extent.length
        // Inline: no place.
        if extent.flags & 0x200 != 0 { return }
        let length = min(extent.length, end - min(end, extent.logical))
        if length > 0 {
          runs.join(
            MapDocument.Run(logical: extent.logical, physical: extent.physical, length: length))
        }
        if extent.flags & 1 != 0 { return }
      }
    }
  }

  /// Whether the file's own bytes are those at the place where they are said to lie: the first of
  /// each block, which no two blocks have.
  static func reads(
    _ path: String, as segments: [MapDocument.Segment], in image: [UInt8], blockSize: Int
  ) throws -> Bool {
    let file = try Descriptor(FilePath(path), .readOnly)
    for segment in segments where !segment.flags.contains("unwritten") {
      var bytes = [UInt8](repeating: 0, count: Int(segment.length))
      let count = try file.read(at: segment.fileOffset, into: &bytes)
      for offset in stride(from: 0, to: count, by: blockSize) {
        let place = Int(segment.barOffset) + offset
        let end = min(8, count - offset)
        guard (0..<end).allSatisfy({ image[place + $0] == bytes[offset + $0] }) else {
          return false
        }
      }
    }
    return true
  }
}

extension MapDocument {
  /// A run of a file on the device.
  struct Run: Hashable {
    var logical: UInt64
    var physical: UInt64
    var length: UInt64
  }
}

extension MapDocument.File {
  /// The segments, joined.
  var runs: [MapDocument.Run] {
    var runs: [MapDocument.Run] = []
    for segment in segments {
      runs.join(
        MapDocument.Run(
          logical: segment.fileOffset, physical: segment.barOffset, length: segment.length))
    }
    return runs
  }
}

extension [MapDocument.Run] {
  /// Adds a run, as a part of the one before where both offsets go on.
  fileprivate mutating func join(_ run: MapDocument.Run) {
    if let last, last.logical + last.length == run.logical,
      last.physical + last.length == run.physical
    {
      self[count - 1].length += run.length
    } else {
      append(run)
    }
  }
}

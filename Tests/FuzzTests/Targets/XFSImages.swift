import Linux
import SystemPackage
import TestSupport

@testable import Iopmem
@testable import XFS

extension FuzzTarget {
  /// An xfs that is not mounted: what is free, the log, and the headers of its groups.
  static let xfs = FuzzTarget(
    name: "xfs",
    read: { bytes, folder in
      guard let image = SparseImage(bytes, blockSize: 4096) else { return }
      let path = try image.write(to: folder)
      let occupancy = try answer { () throws(Failure) in
        try UnmountedImage(ImageName(path), windows: WindowSource(), mayBeUsed: true)
          .occupancy(withFiles: false)
      }
      guard let occupancy else { return }
      var end: UInt64 = 0
      for area in occupancy.areas {
        try hold(area.start.rawValue == end && area.length > .zero, "\(area) at \(end)")
        try hold(area.content != .unsettled && area.content != .shared, "\(area)")
        end += area.length.rawValue
      }
      try hold(end == UInt64(image.length), "areas end at \(end)")
      guard occupancy.fileSystem == "xfs" else { return }
      // Where a group begins is never free: the first of them at 0.
      try hold(occupancy.areas[0].content == .metadata, "\(occupancy.areas[0])")
    },
    change: { bytes, random in
      var changed = bytes
      let blocks = xfsBlocks(bytes)
      guard let block = blocks.randomElement(using: &random) else { return nil }
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let place = block + Int.random(in: 0..<2, using: &random) * 512
        // Numbers of headers and records lie in the first bytes; most are of four bytes.
        let field = place + 4 * Int.random(in: 0..<60, using: &random)
        let old = changed.number(field, 4)
        let value =
          switch Int.random(in: 0..<4, using: &random) {
          case 0: UInt64.random(in: 0..<1 << 32, using: &random)
          case 1: old &+ 1 << 24
          case 2: old &- 1 << 24
          default: old ^ 1 << UInt64.random(in: 0..<32, using: &random)
          }
        for index in 0..<4 {
          changed[field + index] = UInt8(truncatingIfNeeded: value >> UInt64(8 * index))
        }
      }
      return sumXFS(changed)
    }, repair: sumXFS)

  /// Where in a target's bytes the whole blocks begin.
  private static func xfsBlocks(_ bytes: [UInt8]) -> [Int] {
    Array(stride(from: 8, through: bytes.count - 4096, by: 4100))
  }

  /// Repairs the checksums of the headers of groups, and of trees of free runs.
  @Sendable private static func sumXFS(_ bytes: [UInt8]) -> [UInt8]? {
    var summed = bytes
    for block in xfsBlocks(bytes) {
      let magics = [("XFSB", 0, 512, 224), ("XAGF", 512, 512, 216), ("AB3B", 0, 4096, 52)]
      for (magic, start, length, place) in magics {
        let part = Array(summed[block + start..<block + start + length])
        guard part.starts(with: magic.utf8) else { continue }
        let sum = part.checksum(for: place)
        let first = block + start + place
        summed.replaceSubrange(first..<first + 4, with: sum)
      }
    }
    return summed
  }
}

import FoundationEssentials
import Linux
import SystemPackage
import TestSupport

@testable import Iopmem

extension FuzzTarget {
  /// An ext4 that is not mounted: the map of each file, and what lies where.
  static let image = FuzzTarget(
    name: "image",
    read: { bytes, folder in
      guard let image = SparseImage(bytes, blockSize: 1024) else { return }
      let path = try image.write(to: folder)
      guard let files = try MappedFiles(path, image.options) else { return }
      try files.holdInside(length: UInt64(image.length))
      try files.holdApart()
      let source = WindowSource(choices: WindowChoices(base: MappedFiles.base))
      let occupancy = try answer { () throws(Failure) in
        try ImageFileMapper(
          ImageName(path), windows: source,
          request: MapRequest(allowed: [.shared, .unwritten], requiresDAX: false),
          passing: Set(ImageFileMapper.Doubt.allCases)
        ).occupancy(withFiles: true)
      }
      if let occupancy { try files.holdAgainst(occupancy, length: UInt64(image.length)) }
    }, change: changeImage, repair: repairImage)

  /// A buffer placed into such an image: all of it or nothing, and no other file is touched.
  static let placing = FuzzTarget(
    name: "placing",
    read: { bytes, folder in
      guard let image = SparseImage(bytes, blockSize: 1024), let whole = image.whole else {
        return
      }
      let path = try image.write(to: folder)
      // Unwritten, so that nothing is passed over.
      guard let before = try MappedFiles(path, 1) else { return }
      let size = ByteCount(UInt64(image.options) << 9 | 1)
      let options = PlacementOptions(
        allowsFragments: image.options & 1 != 0, alignment: ByteCount(16384), needsBar: false)
      let request = PlacementRequest(
        sources: .buffer(size), destination: "/placed", options: options)
      let placed: [PlacedFile]
      do throws(Failure) {
        placed = try ImagePlacement(
          ImageName(path), request, windows: WindowSource()
        ).run()
      } catch {
        try hold(error)
        // What was begun says so, and what was not has changed nothing.
        if error.leavesResult || error.message.contains("run e2fsck") { return }
        let now = try Descriptor(path, .readOnly).readToEnd(limit: 64 << 20)
        return try hold(
          Data(now) == Data(whole), "refuses, and has changed the image: \(error.message)")
      }
      try hold(placed.count == 1 && placed[0].size == size, "placed \(placed)")
      guard let after = try MappedFiles(path, 1) else {
        throw Broken(what: "placed into what is then refused")
      }
      try after.holdApart()
      try after.holdPlaced("/placed", size, isWhole: !options.allowsFragments, beside: before)
    }, change: changeImage, repair: repairImage)

  @Sendable private static func changeImage(
    _ bytes: [UInt8], _ random: inout SplitMix64
  ) -> [UInt8]? {
    guard let image = SparseImage(bytes, blockSize: 1024), let whole = image.whole,
      var raw = RawExt4(whole)
    else { return nil }
    switch Int.random(in: 0..<8, using: &random) {
    case 0: raw.damageSuperblock(&random)
    case 1: raw.damageInodeByte(&random)
    default: raw.damage(&random)
    }
    return image.encoded(raw.bytes, changed: raw.changes.map(\.offset))
  }

  @Sendable private static func repairImage(_ bytes: [UInt8]) -> [UInt8]? {
    guard let image = SparseImage(bytes, blockSize: 1024), let whole = image.whole,
      var raw = RawExt4(whole)
    else { return nil }
    raw.sumAll()
    return image.encoded(raw.bytes, changed: raw.changes.map(\.offset))
  }
}

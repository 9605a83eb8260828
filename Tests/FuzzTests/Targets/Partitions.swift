import Linux
import Signature
import SystemPackage
import TestSupport
import XFS

@testable import Iopmem

extension FuzzTarget {
  /// What is on a disk: signatures, tables of partitions, superblocks.
  static let partitions = FuzzTarget(
    name: "partitions",
    read: { bytes, folder in
      guard let image = SparseImage(bytes, blockSize: 512) else { return }
      let path = try image.write(to: folder)
      let length = UInt64(image.length)
      _ = Ext4Superblock(Array(image.blocks.first?.bytes ?? []))
      for block in image.blocks { _ = XFSSuperblock(Array(block.bytes)) }
      // By the option it is a partition, or a place.
      let place: ImageName.Place =
        image.options & 1 == 0
        ? .partition(Int(image.options >> 1)) : .offset(UInt64(image.options >> 1) * 512)
      let found = try answer { () throws(Failure) in try ImagePart(ImageName(path, place)) }
      guard let found else { return }
      let (end, overflow) = found.offset.addingReportingOverflow(found.length.rawValue)
      try hold(!overflow && end <= length, "\(found) passes the end, \(length)")
      try hold(found.length > .zero, "\(found) has no bytes")
      try hold(found.imageLength.rawValue == length, "\(found) is of another image")
      try holdApart(found, path, length)
      // The same again through the window, as the mapper asks for it.
      let window = try answer { () throws(Failure) in
        try WindowSource().window(ofImage: ImageName(path, place))
      }
      try hold(
        window?.start.rawValue == found.offset && window?.length == found.length,
        "\(String(describing: window)) is not \(found)")
    })

  /// Holds that a partition is the only one with its bytes, and not in the table's own.
  private static func holdApart(_ part: ImagePart, _ path: FilePath, _ length: UInt64) throws {
    guard let own = part.partition else { return }
    var probe = try SignatureProbe()
    let file = try Descriptor(path, .readOnly)
    guard let table = try probe.partitionTable(of: file, length: length) else {
      throw Broken(what: "\(part) is a partition of no table")
    }
    try hold(own.start > 0 && !own.isExtended, "\(own) holds the table")
    for other in table.partitions where !other.isExtended && other.number != own.number {
      try hold(
        other.start >= own.start + own.length || other.start &+ other.length <= own.start,
        "\(own) and \(other) overlap")
    }
  }
}

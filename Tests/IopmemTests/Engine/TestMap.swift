import SystemPackage

@testable import Iopmem

extension FileMap {
  /// A map whose engine finds byte 0 of the BAR here; nowhere, by default.
  static func atBase(_ base: UInt64?) throws -> FileMap {
    let length = ByteCount(base.map { .max - $0 } ?? .max)
    return FileMap(
      path: "/file", size: ByteCount(1 << 40), identity: try .example(), fileSystem: "ext4",
      device: "/dev/iopmem0",
      window: try Window(
        source: .given, start: BarOffset(0), length: length, barLength: length, busBase: base),
      dax: true, pinned: false, overrides: [], range: FileOffset(0)..<FileOffset(1 << 40),
      holeBytes: .zero,
      fingerprint: Fingerprint(high: 1, low: 2))
  }
}

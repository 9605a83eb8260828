import SystemPackage

@testable import Iopmem

extension FileMap {
  /// A map whose engine finds byte 0 of the BAR here; nowhere, by default.
  static func atBase(_ base: UInt64?, holes: ByteCount = .zero) throws -> FileMap {
    let length = ByteCount(base.map { .max - $0 } ?? .max)
    return FileMap(
      path: "/file", size: ByteCount(1 << 40), identity: try .example(), fileSystem: "ext4",
      device: "/dev/iopmem0",
      window: try Window(
        source: .given, start: BarOffset(0), length: length, barLength: length, busBase: base),
      dax: true, pinned: false, overrides: [], range: FileOffset(0)..<FileOffset(1 << 40),
      holeBytes: holes,
      fingerprint: Fingerprint(high: 0x0102_0304_0506_0708, low: 0x090A_0B0C_0D0E_0F10))
  }
}

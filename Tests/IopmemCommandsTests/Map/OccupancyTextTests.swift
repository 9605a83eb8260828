@testable import Iopmem
@testable import IopmemCommands
import SystemPackage
import Testing

/// The picture of a device that is put together by hand.
@Suite struct OccupancyTextTests {
  private static let mebibyte: UInt64 = 1 << 20

  /// A device of 64 MiB whose byte 0 is byte 1 MiB of its BAR.
  private func occupancy(
    _ areas: [(UInt64, Occupancy.Content)], _ files: [OccupyingFile] = [], origin: UInt64 = 1 << 20
  ) -> Occupancy {
    var start: UInt64 = 0
    return Occupancy(
      device: "/dev/iopmem0", mountPoint: "/mnt/bar", fileSystem: "ext4",
      length: ByteCount(64 * Self.mebibyte), origin: BarOffset(origin), isInBar: true,
      areas: areas.map { length, content in
        defer { start += length }
        return Occupancy.Area(
          start: DeviceOffset(start), length: ByteCount(length), content: content)
      }, files: files, leases: 1, failures: [])
  }

  private func file(
    _ path: FilePath, _ size: UInt64, at start: UInt64, pieces: Int = 1, pinned: Bool = false,
    leased: Bool = false
  ) -> OccupyingFile {
    OccupyingFile(
      path: path, inode: 12, size: ByteCount(size), start: DeviceOffset(start), pieces: pieces,
      isPinned: pinned, isLeased: leased)
  }

  private func example() -> Occupancy {
    let mebibyte = Self.mebibyte
    return occupancy(
      [
        (mebibyte / 2, .metadata), (mebibyte / 2, .other), (20 * mebibyte, .file(1)),
        (3 * mebibyte, .file(0)), (mebibyte / 2, .free), (3 * mebibyte, .file(0)),
        (12 * mebibyte, .free), (24 * mebibyte + mebibyte / 2, .free),
      ],
      [
        file("/mnt/bar/log", 6 * mebibyte, at: 21 * mebibyte, pieces: 2),
        file("/mnt/bar/a\nb", 20 * mebibyte, at: mebibyte, pinned: true, leased: true),
      ])
  }

  @Test func aPictureForEightyColumns() {
    let text = picture(columns: 80)
    #expect(text == Self.narrow)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test func theSameForAHundredAndForty() {
    #expect(picture(columns: 140, exact: true) == Self.wide)
  }

  /// Whatever the width, colours change nothing but the look.
  @Test func coloursAddNothingButColours() throws {
    let colored = OccupancyText(
      example(), Terminal(columns: 80, hasColors: true), exact: false
    ).text
    #expect(colored != Self.narrow)
    let plain = colored.replacing(try Regex("\u{1B}\\[[0-9;]*m"), with: "")
    let lines = plain.split(separator: "\n", omittingEmptySubsequences: false)
    let ends = try Regex(" +$")
    #expect(lines.map { $0.replacing(ends, with: "") }.joined(separator: "\n") == Self.narrow)
  }

  @Test func aFullDeviceHasNoFreeRuns() {
    let text = OccupancyText(
      occupancy([(64 << 20, .other)]), Terminal(columns: 80, hasColors: false), exact: false
    ).text
    #expect(text.contains("\nnothing is free\n\nSizes are "))
  }

  private func picture(columns: Int, exact: Bool = false) -> String {
    OccupancyText(example(), Terminal(columns: columns, hasColors: false), exact: exact).text
  }

  private static let narrow = """
    /dev/iopmem0: ext4 on /mnt/bar: 64MiB, 37MiB free, 2 files, 1 lease

          2MiB  |                               |
           0x0                  ========????????AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
      0x400000  AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
      0x800000  AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
      0xc00000  AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
     0x1000000  AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
     0x1400000  AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
     0x1800000  bbbbbbbbbbbbbbbb........bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
     0x1c00000  bbbbbbbb........................................................
     0x2000000  ................................................................
     0x2400000  ................................................................
     0x2800000  ................................................................
     0x2c00000  ................................................................
     0x3000000  ................................................................
     0x3400000  ................................................................
     0x3800000  ................................................................
     0x3c00000  ................................................................
     0x4000000  ................
                one cell: 64KiB, shown by what most of its bytes hold

    KEY  BAR-OFFSET    SIZE  PIECES  STATE           HOLDS
    A      0x200000   20MiB       1  pinned, leased  "/mnt/bar/a\\nb"
    b     0x1600000    6MiB       2  in 2 pieces     /mnt/bar/log
    =             -  512KiB       1  -               metadata and directories
    ?             -  512KiB       1  -               of no file that was found
    .             -   37MiB       3  -               free

    largest free runs: 36MiB at 0x1c80000, 512KiB at 0x1900000
    largest free run from a multiple of 2MiB on: 35MiB at 0x1e00000

    A capital is pinned. Sizes are rounded down; -b prints bytes.

    """

  private static let wide = """
    /dev/iopmem0: ext4 on /mnt/bar: 67108864, 38797312 free, 2 files, 1 lease

          2MiB  |                                                               |
           0x0                                  ================????????????????AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
      0x400000  AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
      0x800000  AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
      0xc00000  AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
     0x1000000  AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
     0x1400000  AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
     0x1800000  bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb................bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
     0x1c00000  bbbbbbbbbbbbbbbb................................................................................................................
     0x2000000  ................................................................................................................................
     0x2400000  ................................................................................................................................
     0x2800000  ................................................................................................................................
     0x2c00000  ................................................................................................................................
     0x3000000  ................................................................................................................................
     0x3400000  ................................................................................................................................
     0x3800000  ................................................................................................................................
     0x3c00000  ................................................................................................................................
     0x4000000  ................................
                one cell: 32768, shown by what most of its bytes hold

    KEY  BAR-OFFSET      SIZE  PIECES  STATE           HOLDS
    A      0x200000  20971520       1  pinned, leased  "/mnt/bar/a\\nb"
    b     0x1600000   6291456       2  in 2 pieces     /mnt/bar/log
    =             -    524288       1  -               metadata and directories
    ?             -    524288       1  -               of no file that was found
    .             -  38797312       3  -               free

    largest free runs: 38273024 at 0x1c80000, 524288 at 0x1900000
    largest free run from a multiple of 2MiB on: 36700160 at 0x1e00000

    A capital is pinned.

    """
}

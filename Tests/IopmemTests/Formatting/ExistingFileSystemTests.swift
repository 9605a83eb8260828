import Signature
import Testing

@testable import Iopmem

@Suite struct ExistingFileSystemTests {
  private static let uuid = "8a3f6c1e-0000-4000-8000-0123456789ab"

  /// The start of an ext4 with blocks of `1024 << log` bytes.
  private func ext4(log: UInt8 = 2, hasJournal: Bool) -> ExistingFileSystem {
    var start = [UInt8](repeating: 0, count: 4096)
    start[1024 + 0x38] = 0x53
    start[1024 + 0x39] = 0xEF
    start[1024 + 0x18] = log
    start[1024 + 0x5C] = hasJournal ? 0x3C : 0x38
    return ExistingFileSystem(
      KnownSignature(
        kind: .filesystem, type: "ext4", label: Array("data".utf8), uuid: Self.uuid), start)
  }

  private typealias Wanted = WantedFileSystem

  @Test func whatIsNotDeclaredMayBeAnything() {
    #expect(ext4(hasJournal: true).differences(from: Wanted(type: .ext4)).isEmpty)
    #expect(ext4(hasJournal: false).differences(from: Wanted(type: .ext4)).isEmpty)
  }

  @Test func whatIsDeclaredMustBeSo() {
    let all = Wanted(
      type: .ext4, label: Array("data".utf8), uuid: VolumeUUID(Self.uuid), journal: .smallest)
    #expect(ext4(hasJournal: true).differences(from: all).isEmpty)
    #expect(ext4(hasJournal: false).differences(from: all) == ["has no journal"])
    var wanted = all
    wanted.journal = FormatRequest.Journal.none
    #expect(ext4(hasJournal: false).differences(from: wanted).isEmpty)
    #expect(ext4(hasJournal: true).differences(from: wanted) == ["has a journal"])
    wanted = all
    wanted.label = Array("other".utf8)
    wanted.uuid = VolumeUUID("8a3f6c1e-0000-4000-8000-0123456789ac")
    #expect(ext4(hasJournal: true).differences(from: wanted).count == 2)
    wanted = Wanted(type: .xfs)
    #expect(ext4(hasJournal: true).differences(from: wanted) == ["holds ext4, not xfs"])
  }

  /// Journal, alignment and inodes as they stand in the superblocks of both types.
  @Test func numbersThatAreAskedFor() {
    var start = [UInt8](repeating: 0, count: 4096)
    func put(_ offset: Int, _ values: [UInt8]) {
      start.replaceSubrange(offset..<offset + values.count, with: values)
    }
    put(1024, [0xE8, 3, 0, 0])
    put(1024 + 0x18, [2])
    put(1024 + 0x38, [0x53, 0xEF])
    put(1024 + 0x5C, [4])
    put(1024 + 0xFD, [1])
    put(1024 + 0x148, [0, 0, 0, 0, 0, 0, 0x80, 0])
    put(1024 + 0x170, [0, 4, 0, 0])
    let signature = KnownSignature(kind: .filesystem, type: "ext4")
    let mib: UInt64 = 1 << 20
    var wanted = Wanted(
      type: .ext4, journal: .size(ByteCount(8 * mib)), alignment: ByteCount(4 * mib), inodes: 1000)
    #expect(ExistingFileSystem(signature, start).differences(from: wanted).isEmpty)
    wanted.inodes = 1001
    wanted.alignment = ByteCount(mib)
    wanted.journal = .size(ByteCount(9 * mib))
    #expect(ExistingFileSystem(signature, start).differences(from: wanted).count == 3)
    // Without the copy of the journal's inode its length is not known.
    put(1024 + 0xFD, [0])
    wanted = Wanted(type: .ext4, journal: .size(ByteCount(8 * mib)))
    #expect(
      ExistingFileSystem(signature, start).differences(from: wanted)
        == ["has a journal of unknown bytes, not 8388608"])
  }

  /// With 64 bits for the number of blocks and without.
  @Test func oneThatIsLongerThanItsDevice() {
    var start = [UInt8](repeating: 0, count: 4096)
    for (offset, value) in [(0x38, 0x53), (0x39, 0xEF), (0x18, 2), (4, 5), (0x150, 1)]
      as [(Int, UInt8)]
    {
      start[1024 + offset] = value
    }
    for (flags, blocks) in [(0, 5), (0x80, 0x1_0000_0005)] as [(UInt8, UInt64)] {
      start[1024 + 0x60] = flags
      var existing = ExistingFileSystem(KnownSignature(kind: .filesystem, type: "ext4"), start)
      existing.room = blocks * 4096
      #expect(existing.differences(from: Wanted(type: .ext4)).isEmpty)
      existing.room = blocks * 4096 - 1
      #expect(existing.differences(from: Wanted(type: .ext4)).count == 1)
    }
  }

  @Test(arguments: [0, 1, 6, 7, 255] as [UInt8])
  func blocksOfOtherLengthsAreRefused(log: UInt8) {
    #expect(!ext4(log: log, hasJournal: true).differences(from: Wanted(type: .ext4)).isEmpty)
  }

  @Test func marksOfOtherThingsAreNoFileSystem() {
    for kind in [KnownSignature.Kind.raid, .crypto, .partitionTable, .other] {
      let existing = ExistingFileSystem(KnownSignature(kind: kind, type: "ext4"), [])
      #expect(existing.differences(from: Wanted(type: .ext4)).count == 1)
    }
    let short = ExistingFileSystem(KnownSignature(kind: .filesystem, type: "ext4"), [0, 1])
    #expect(
      short.differences(from: Wanted(type: .ext4)) == ["has blocks of unknown bytes, not 4096"])
  }
}

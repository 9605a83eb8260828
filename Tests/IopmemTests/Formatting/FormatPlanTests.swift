import SystemPackage
import Testing

@testable import Iopmem

@Suite struct FormatPlanTests {
  private func arguments(
    _ length: UInt64, start: UInt64 = 0, _ change: (inout FormatRequest) -> Void = { _ in }
  ) throws -> [String] {
    var request = FormatRequest(device: "/dev/iopmem0")
    change(&request)
    let command = try FormatPlan.command(
      for: request, on: FormatGeometry(start: start, length: ByteCount(length)))
    return command.arguments.map { String(decoding: $0, as: UTF8.self) }
  }

  private func value(_ option: String, _ arguments: [String]) throws -> String {
    let index = try #require(arguments.firstIndex(of: option))
    return arguments[index + 1]
  }

  /// Blocks of a group, groups of a flexible group, inodes, and MiB of journal.
  @Test(
    arguments: [
      (9 << 20, "32768 2 256 4"), (128 << 20, "32768 2 256 4"), (256 << 20, "32768 2 256 4"),
      (257 << 20, "2048 64 257 8"), (512 << 20, "2048 64 512 8"), (1 << 30, "2048 128 1024 7"),
      (2 << 30, "2048 256 2048 5"), (4 << 30, "2048 512 4096 4"), (16 << 30, "4096 1024 16384 4"),
      (64 << 30, "8192 2048 65536 4"), (1 << 40, "32768 8192 1048576 4"),
      (16 << 40, "32768 131072 16777216 4"),
    ] as [(UInt64, String)])
  func ext4Geometry(_ length: UInt64, _ numbers: String) throws {
    let arguments = try arguments(length)
    let journal = try value("-J", arguments).dropFirst("size=".count)
    let found = try ["-g", "-G", "-N"].map { try value($0, arguments) } + [String(journal)]
    #expect(found.joined(separator: " ") == numbers)
    #expect(try value("-b", arguments) == "4096")
    #expect(arguments.last == "/dev/iopmem0")
  }

  @Test func ext4FeaturesAreAllNamed() throws {
    let features = try value("-O", arguments(4 << 30)).split(separator: ",")
    #expect(features.first == "none")
    #expect(features.contains("has_journal"))
    #expect(features.contains("sparse_super2"))
    for feature in ["inline_data", "encrypt", "verity", "bigalloc", "resize_inode"] {
      #expect(!features.contains(Substring(feature)))
    }
    let bare = try arguments(4 << 30) { $0.journal = .none }
    #expect(try !value("-O", bare).contains("has_journal"))
    #expect(!bare.contains("-J"))
  }

  @Test func everyChoiceIsAnArgument() throws {
    let arguments = try arguments(4 << 30) {
      $0.label = Array("it's".utf8)
      $0.uuid = VolumeUUID("01234567-89ab-cdef-0123-456789abcdef")
      $0.journal = .size(ByteCount(64 << 20))
      $0.inodes = 1024
      $0.alignment = ByteCount(1 << 30)
      $0.extraArguments = [Array("-v".utf8)]
    }
    #expect(try value("-L", arguments) == "it's")
    #expect(try value("-U", arguments) == "01234567-89ab-cdef-0123-456789abcdef")
    #expect(try value("-J", arguments) == "size=64")
    #expect(try value("-N", arguments) == "1024")
    #expect(try value("-E", arguments).hasSuffix("stride=262144,stripe_width=262144"))
    #expect(arguments.suffix(2) == ["-v", "/dev/iopmem0"])
  }

  @Test func aDeviceIsNeverAnOption() throws {
    var request = FormatRequest(device: "-F")
    request.type = .ext4
    let command = try FormatPlan.command(
      for: request, on: FormatGeometry(length: ByteCount(4 << 30)))
    #expect(command.arguments.last == Array("./-F".utf8))
  }

  @Test(
    arguments: [
      (300 << 20, "agsize=230686720,", "agnum=1,"), (4 << 30, "agsize=4211081216,", "agnum=1,"),
      (2 << 40, "", ""),
    ] as [(UInt64, String, String)])
  func xfsPutsTheLogIntoAShortLastGroup(
    _ length: UInt64, _ group: String, _ place: String
  ) throws {
    let arguments = try arguments(length) { $0.type = .xfs }
    #expect(
      try value("-d", arguments) == group + "su=2097152,sw=1,extszinherit=512,daxinherit=1")
    #expect(try value("-l", arguments) == "internal=1,\(place)size=67108864,su=4096")
    #expect(try value("-m", arguments) == "crc=1,finobt=1,rmapbt=0,reflink=0")
    #expect(!arguments.contains("-f"))
    #expect(
      try self.arguments(length) {
        $0.type = .xfs
        $0.overwrites = true
      }.first == "-f")
  }

  @Test(
    arguments: [
      (0, 0, "is too small"), (4096, 0, "is too small"), ((9 << 20) - 4096, 0, "is too small"),
      (4 << 30, 512, "inside a page"), (4 << 30, 4095, "inside a page"),
      ((4 << 30) + 512, 0, "no whole number of pages"),
      (.max, 0, "no whole number of pages"),
    ] as [(UInt64, UInt64, String)])
  func refusedGeometry(_ length: UInt64, _ start: UInt64, _ reason: String) throws {
    let failure = try #require(throws: Failure.self) { try arguments(length, start: start) }
    #expect(failure.code == .refused)
    #expect(failure.reason.contains(reason))
    #expect((failure.remedy == "--size gives it a length") == (length == 0))
  }

  @Test func refusedForXFS() throws {
    for length: UInt64 in [0, (300 << 20) - 4096] {
      let failure = try #require(throws: Failure.self) { try arguments(length) { $0.type = .xfs } }
      #expect(failure.reason.contains("is too small for xfs"))
    }
    // With large alignments and logs the first group would be the shorter one.
    #expect(throws: Failure.self) {
      try arguments(1 << 30) {
        $0.type = .xfs
        $0.alignment = ByteCount(1 << 30)
      }
    }
  }

  @Test(arguments: [0, 1, 2048, 5000, 6 << 20, 2 << 30, .max] as [UInt64])
  func refusedAlignment(_ alignment: UInt64) {
    #expect(throws: Failure.self) {
      try arguments(4 << 30) { $0.alignment = ByteCount(alignment) }
    }
  }

  @Test(arguments: [0, 4096, (4 << 20) - 1, (4 << 20) + 1, 2 << 30, 1 << 50, .max] as [UInt64])
  func refusedJournal(_ size: UInt64) {
    #expect(throws: Failure.self) {
      try arguments(4 << 30) { $0.journal = .size(ByteCount(size)) }
    }
  }

  @Test func largestDevicesDoNotTrap() throws {
    let whole = UInt64.max - 4095
    #expect(try value("-G", arguments(whole)) == "\(UInt64(1) << 37)")
    for journal in [FormatRequest.Journal.none, .size(ByteCount(40_000 << 20))] {
      #expect(try value("-g", arguments(whole) { $0.journal = journal }) == "32768")
    }
    #expect(try value("-d", arguments(whole) { $0.type = .xfs }).hasPrefix("su="))
  }

  /// Regular files begin at the second group, which must not begin amid the data.
  @Test func theSecondGroupBeginsAmidTheMetadata() {
    for mebibytes in stride(from: UInt64(257), to: 40_000, by: 611) {
      let groups = Ext4Groups(
        blocks: mebibytes * 256, inodes: mebibytes, journalBlocks: 1024, journalUnit: 256)
      #expect(groups.metadataBlocks >= groups.size, "\(mebibytes) MiB")
      #expect(groups.metadataBlocks <= max(2048 + 256, mebibytes * 4), "\(mebibytes) MiB")
    }
  }
}

import Iopmem
import SystemPackage
import Testing

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

  @Test(
    arguments: [
      (9 << 20, "2", "256"), (128 << 20, "2", "256"), (256 << 20, "2", "256"),
      (257 << 20, "4", "257"), (4 << 30, "32", "4096"), (64 << 30, "512", "65536"),
      (1 << 40, "8192", "1048576"), (16 << 40, "131072", "16777216"),
    ] as [(UInt64, String, String)])
  func ext4Geometry(_ length: UInt64, _ group: String, _ inodes: String) throws {
    let arguments = try arguments(length)
    #expect(try value("-G", arguments) == group)
    #expect(try value("-N", arguments) == inodes)
    #expect(try value("-b", arguments) == "4096")
    #expect(try value("-J", arguments) == "size=4")
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
    #expect(try value("-d", arguments(whole) { $0.type = .xfs }).hasPrefix("su="))
  }
}

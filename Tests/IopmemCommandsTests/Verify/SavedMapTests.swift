import Iopmem
import Linux
import PCI
import SystemPackage
import TestSupport
import Testing

@testable import IopmemCommands

/// Saved maps come from anywhere: every value is looked at, and none ends the program.
@Suite struct SavedMapTests {
  private let folder: TestSupport.TemporaryFolder

  init() throws { folder = try TestSupport.TemporaryFolder() }

  private static let segment = """
    {"file_offset":0,"length":4096,"bar_offset":8192,"bus_address":"0x1000002000",\
    "cpu_address":"0x2000002000","client_address":null,"flags":["unwritten"]}
    """

  private static let range = "\"offset\":0,\"length\":4096"

  private static let file = """
    {"path":"/mnt/a","path_hex":null,"size":4096,"inode":12,"generation":7,\
    "filesystem_uuid":"01234567-89ab-cdef-0123-456789abcdef","filesystem":"ext4",\
    "device":"/dev/iopmem0","device_hex":null,"function":"0000:01:00.0","bar":2,\
    "window":"driver","client":null,"client_uses":null,"dax":true,"pinned":false,\
    "overrides":["no-dax-check","unwritten"],\
    "fingerprint":"1-0123456789abcdef0123456789abcdef",\(range),\
    "hole_bytes":0,"segment_count":1,"segments":[\(segment)]}
    """

  private static let document = "{\"schema\":\"iopmem.fiemap/1\",\"files\":[\(file)],\"errors\":[]}"

  private func read(_ text: String) throws -> SavedMaps {
    try SavedMaps(at: FilePath(try folder.write(text.utf8, to: "map.json")))
  }

  @Test func everythingIsRead() throws {
    let saved = try read(Self.document)
    #expect(saved.image == nil && saved.doubts.isEmpty)
    let map = try #require(saved.maps.first)
    #expect(map.path == "/mnt/a" && map.size == ByteCount(4096))
    #expect(map.identity.fileSystem.description == "01234567-89ab-cdef-0123-456789abcdef")
    #expect(map.identity.inode == 12 && map.identity.generation == 7)
    #expect(map.fingerprint.description == "1-0123456789abcdef0123456789abcdef")
    #expect(map.function?.description == "0000:01:00.0" && map.bar == 2 && map.source == .driver)
    #expect(map.busBase == 0x10_0000_0000 && map.cpuBase == 0x20_0000_0000)
    #expect(
      map.segments == [
        Segment(
          fileOffset: FileOffset(0), barOffset: BarOffset(8192), length: .page, flags: .unwritten)
      ])
    let request = map.request
    #expect(request.offset == FileOffset(0) && request.length == .page)
    #expect(request.allowed == [.unwritten] && !request.requiresDAX && !request.wholeBlocks)
  }

  /// Each value takes more memory than its text.
  @Test func valuesAreCountedBeforeTheyAreRead() throws {
    let few = Array(#"{"a":[1,"b,\",",2],"c":",,,"}"#.utf8)
    #expect(throws: Never.self) { try SavedMapText.check(few, mostValues: 4) }
    #expect(throws: SavedMapText.Mistake.tooManyValues) {
      try SavedMapText.check(few, mostValues: 3)
    }
    let path = FilePath(try folder.write(Self.document.utf8, to: "map.json"))
    let failure = #expect(throws: Failure.self) { try SavedMapDocument(at: path, mostValues: 16) }
    #expect(failure?.code == .unknown && failure?.reason.contains("more than 16 values") == true)
  }

  /// A DMA program's reader may take the other one.
  @Test(arguments: [
    ("\"bar_offset\":8192", "\"bar_offset\":8192,\"bar_offset\":4096", "has bar_offset twice"),
    ("\"size\":4096", "\"size\":4096,\"size\":4096", "has size twice"),
    ("\"errors\":[]", "\"files\":[],\"errors\":[]", "has files twice"),
    ("\"bar_offset\":8192", "\"bar_offset\":8192,\"bar\\u005foffset\":4096", "an escape"),
    ("\"errors\":[]", "\"errors\":[],\"more\":[{\"a\":1,\"b\":{\"a\":2},\"a\":3}]", "has a twice"),
    ("\"size\":4096", "\"size\":4096,\"\":1,\"\":2", "has  twice"),
    ("\"size\"", "\0\"size\"", "not in UTF-8"),
  ])
  func whatReadersReadOtherwiseIsNoMap(_ old: String, _ new: String, _ words: String) throws {
    let failure = #expect(throws: Failure.self) {
      try read(Self.document.replacing(old, with: new))
    }
    #expect(
      failure?.code == .unknown && failure?.reason.contains(words) == true, "\(failure as Any)")
  }

  /// Keys of objects beside and in each other are no repetitions, nor are strings that are no keys.
  @Test func keysOfOtherObjectsAreOthers() throws {
    let more = #"[{"a":"a","b":["a","a",{"a":1}]},{"a":{"a":"\"a"},"c":["\\"]}]"#
    let text = Self.document.replacing("\"errors\":[]", with: "\"errors\":[],\"more\":\(more)")
    #expect(try read(text).maps.count == 1)
  }

  @Test func nestingHasAnEnd() throws {
    let deep = String(repeating: "[", count: 1 << 20)
    let failure = #expect(throws: Failure.self) { try read("{\"schema\":\(deep)") }
    #expect(failure?.reason.contains("nested too deep") == true)
  }

  /// What no address depends on says something, too, and is an edit where it is no longer so.
  @Test(arguments: [
    ("\"pinned\":false", "\"pinned\":[[]]"), ("\"pinned\":false", "\"pinned\":null"),
    ("\"filesystem\":\"ext4\"", "\"filesystem\":\"btrfs\""),
    ("\"client\":null", "\"client\":-1"), ("\"client\":null", "\"client\":\"0000:09:00.0\""),
    ("\"hole_bytes\":0", "\"hole_bytes\":99"), ("\"hole_bytes\":0", "\"hole_bytes\":\"0\""),
    ("\"errors\":[]", "\"errors\":0"), (",\"errors\":[]", ""),
  ])
  func whatIsBesideTheAddressesIsLookedAt(_ old: String, _ new: String) throws {
    #expect(throws: (any Error).self, "\(new)") {
      _ = try read(Self.document.replacing(old, with: new)).maps.map { $0 }
    }
  }

  @Test func aLongSchemaIsToldInPart() throws {
    let schema = String(repeating: "x", count: 1 << 20)
    let failure = #expect(throws: Failure.self) { try read("{\"schema\":\"\(schema)\"}") }
    #expect((failure?.reason.count ?? .max) < 200)
  }

  @Test func wholeBlocksAreAskedForAgain() throws {
    let text = Self.document.replacing("\"size\":4096", with: "\"size\":4000")
    #expect(try read(text).maps.first?.request.wholeBlocks == true)
  }

  @Test func imagesAndNamesThatAreNoText() throws {
    let text = Self.document.replacing("\"dax\":true", with: "\"dax\":null")
      .replacing("no-dax-check", with: "unclean")
      .replacing("\"path_hex\":null", with: "\"path_hex\":\"2fff\"")
    let saved = try read(text)
    #expect(saved.image == ImageName("/dev/iopmem0") && saved.doubts == [.unclean])
    #expect(saved.maps.first?.path.bytes == [0x2F, 0xFF])
  }

  @Test func aPartOfAnImageIsNamedByWhereItBegan() throws {
    let text = Self.document.replacing("\"dax\":true", with: "\"dax\":null")
      .replacing("no-dax-check", with: "unclean")
      .replacing("\"device_hex\":null", with: "\"device_hex\":null,\"image_offset\":1048576")
    #expect(try read(text).image == ImageName("/dev/iopmem0", .offset(1_048_576)))
  }

  /// What is put in the place of what, and what is said of it.
  static let nonsense: [(String, String, String)] = [
    ("iopmem.fiemap/1", "iopmem.fiemap/2", "schema: iopmem.fiemap/2 is not"),
    ("\"files\":[", "\"files\":[],\"other\":[", "holds no file"),
    ("\"size\":4096", "\"size\":-1", "is no map"), ("\"size\":4096", "\"size\":1.5", "is no map"),
    ("\"size\":4096", "\"size\":1e400", ""), ("\"size\":4096", "\"size\":\"4096\"", "size"),
    ("\"size\":4096", "\"size\":99999999999999999999999", ""),
    ("\"size\":4096,", "", "size"), ("\"generation\":7", "\"generation\":4294967296", ""),
    ("\"path\":\"/mnt/a\"", "\"path\":\"\"", "a name that is none"),
    ("\"path\":\"/mnt/a\"", "\"path\":\"/a\\u0000b\"", "a name that is none"),
    ("\"path_hex\":null", "\"path_hex\":\"2f6\"", "a name that is none"),
    ("\"path_hex\":null", "\"path_hex\":\"+f+f\"", "a name that is none"),
    ("\"path_hex\":null", "\"path_hex\":\"\"", "a name that is none"),
    ("89ab-cdef-0123", "89ab-cdef-012g", "no UUID"), ("\"1-0123", "\"2-0123", "fingerprint"),
    ("\"driver\"", "\"guess\"", "a window"), ("0000:01:00.0", "0000:01:20.0", "no function"),
    ("no-dax-check", "everything", "an unknown override"),
    (
      "\"offset\":0,\"length\":4096,\"hole", "\"offset\":18446744073709551615,\"length\":1,\"hole",
      "a range that passes"
    ),
    ("\"segment_count\":1", "\"segment_count\":2", "not all its segments"),
    ("\"segment_count\":1", "\"segment_count\":9223372036854775808", ""),
    ("{\"file_offset\":0", "{\"file_offset\":18446744073709551615", "past 2^64"),
    ("\"length\":4096,\"bar", "\"length\":0,\"bar", "out of order"),
    ("\"bar_offset\":8192", "\"bar_offset\":18446744073709551615", "past 2^64"),
    ("0x1000002000", "0x1fff", "an address"), ("0x1000002000", "-0x1", "an address"),
    ("0x1000002000", "0x11000000000002000", "an address"),
    ("\"client_address\":null", "\"client_address\":\"0x1\"", "not its client's"),
    ("\"client_uses\":null", "\"client_uses\":\"bus-address\"", "no client"),
    (noClient, client("anything"), "no known address"),
    (noClient, client("bus-address"), "not its client's"),
    ("[\"unwritten\"]}", "[\"inline\"]}", "an unknown flag"),
    ("\"files\":[{", "\"files\":[1,{", "files"), ("\"files\":", "\"files\":{},\"x\":", "files"),
  ]

  private static let noClient = "\"client\":null,\"client_uses\":null"
  private static func client(_ uses: String) -> String {
    "\"client\":\"0000:02:00.0\",\"client_uses\":\"\(uses)\""
  }

  @Test(arguments: nonsense)
  func whatMakesNoSense(_ part: String, _ other: String, _ reason: String) throws {
    let text = Self.document.replacing(part, with: other, maxReplacements: 1)
    #expect(text != Self.document)
    expectUnknown(reason) { try read(text) }
  }

  /// What a client's own window may hold: the addresses of an IOMMU, or the CPU-physical ones.
  @Test func windowsOfClients() throws {
    let cpu = "0x2000002000"
    let bus = "0x1000002000"
    for (uses, bus, address, isSound) in [
      ("iova-only", bus, bus, true), ("cpu-address", cpu, cpu, true),
      ("cpu-address", bus, cpu, false), ("bus-address", bus, bus, false),
      ("iova-only", bus, cpu, false),
    ] {
      let text = Self.document.replacing("\"driver\"", with: "\"mapped\"")
        .replacing(Self.noClient, with: Self.client(uses))
        .replacing("0x1000002000", with: bus)
        .replacing("\"client_address\":null", with: "\"client_address\":\"\(address)\"")
      if isSound {
        #expect(try read(text).maps.first?.source == .mapped)
      } else {
        expectUnknown("client") { try read(text) }
      }
    }
    expectUnknown("no known address") {
      try read(Self.document.replacing("\"driver\"", with: "\"mapped\""))
    }
  }

  @Test func segmentsThatContradictEachOther() throws {
    let second = Self.segment.replacing("\"file_offset\":0", with: "\"file_offset\":4095")
    let both = Self.document.replacing(Self.segment, with: Self.segment + "," + second)
      .replacing("\"segment_count\":1", with: "\"segment_count\":2")
      .replacing(Self.range, with: "\"offset\":0,\"length\":8192")
    expectUnknown("out of order") { try read(both) }
    let apart = both.replacing("\"file_offset\":4095", with: "\"file_offset\":4096")
    #expect(try read(apart).maps.first?.segments.count == 2)
    for (field, other) in [("bus", "0x1000002000"), ("cpu", "0x2000002000")] {
      let pieces = apart.split(separator: "\"\(field)_address\":\"\(other)\"")
      let mixed = pieces[0] + "\"\(field)_address\":\"\(other)\"" + pieces[1]
      for odd in ["null", "\"0x3000002000\""] {
        expectUnknown("several windows") {
          try read("\(mixed)\"\(field)_address\":\(odd)\(pieces[2])")
        }
      }
    }
  }

  @Test func filesOfSeveralImages() throws {
    let image = Self.file.replacing("\"dax\":true", with: "\"dax\":null")
    let document = { (second: String) in
      "{\"schema\":\"iopmem.fiemap/1\",\"files\":[\(image),\(second)],\"errors\":[]}"
    }
    #expect(try read(document(image)).maps.count == 2)
    for second in [Self.file, image.replacing("iopmem0", with: "iopmem1")] {
      expectUnknown("another image") { try read(document(second)) }
    }
  }

  /// Every piece of a document, and what no document is.
  @Test func whatIsCutShort() throws {
    for length in stride(from: 0, to: Self.document.utf8.count, by: 7) {
      expectUnknown("is no map") { try read(String(Self.document.prefix(length))) }
    }
    let deep = String(repeating: "[", count: 100_000)
    let nested = Self.document.replacing("\"size\":4096", with: "\"size\":\(deep)")
    for text in [deep, nested, "null", "[]", "\u{0}", "{\"schema\":1}", Self.document + "x"] {
      expectUnknown("is no map") { try read(text) }
    }
    let absent = FilePath(folder("absent"))
    expectUnknown("cannot be read") { try SavedMaps(at: absent) }
    expectUnknown("cannot be read") { try SavedMaps(at: "/dev/zero") }
  }

  private func expectUnknown(_ reason: String, _ body: () throws -> SavedMaps) {
    let failure = #expect(throws: Failure.self) { try body() }
    #expect(failure?.code == .unknown)
    #expect(failure?.reason.contains(reason) == true, "\(failure?.reason ?? "-")")
  }
}

import Iopmem
import Linux
import PCI
import SystemPackage
import TestSupport
import Testing
import YAML

@testable import IopmemCommands

@Suite struct ManifestReaderTests {
  private func read(_ text: String) throws -> Deployment {
    try ManifestReader.deployment(Array(text.utf8))
  }

  /// A manifest in which every field has a value.
  private static let whole = """
    schema: iopmem.manifest/1
    functions:
      - {address: 0000:03:00.0, bar: 2}
      - address: 0001:03:00.1
    filesystems:
      - on: {device: /dev/iopmem0, base: "0xc0000000"}
        type: xfs
        label: models
        uuid: 8a3f6c1e-0000-4000-8000-0123456789ab
        journal: 64MiB
        no_dax_check: true
        mount: {at: /mnt/bar/, options: [noatime, nodev]}
        files:
          - path: models/a.bin
            source: /srv/../srv/a.bin
            digest: xxh128:00112233445566778899aabbccddeeff
            align: 1GiB
            mode: 0640
            owner: 5
            group: 6
            pinned: true
          - {path: "é", size: 64KiB, pinned: false}
          - {tree: data/x, source: /srv/x, mode: "0400"}
        reach:
          - {client: 0000:04:00.0, address: cpu-address, address_bits: 40}
          - {client: 0000:05:00.0}
        maps:
          - {to: /run/iopmem/maps.json, files: [models/a.bin, "é"]}
          - to: /run/iopmem/prp
            files: ["é"]
            format: nvme-prp
            client: 0000:04:00.0
            address_bits: 40
            max_segment: 8M
            boundary: 4GiB
            align: 512
            max_segments: 1024
            list_base: "0x80000000"
            page_size: 8K
      - on: {function: 0000:03:00.0}
        no_bar: true
        mount: {at: /mnt/b}
    """

  @Test func everyFieldIsRead() throws {
    let deployment = try read(Self.whole)
    #expect(
      deployment.functions.map { "\($0.address) \($0.bar ?? -1)" }
        == ["0000:03:00.0 2", "0001:03:00.1 -1"])
    try #require(deployment.fileSystems.count == 2)
    let first = deployment.fileSystems[0]
    #expect(first.device == .path("/dev/iopmem0") && first.mountPoint == "/mnt/bar")
    #expect(first.choices == WindowChoices(base: 0xc000_0000))
    #expect(!first.requiresDAX && first.needsBar && first.mountFlags == [.noatime, .nodev])
    #expect(first.format?.type == .xfs && first.format?.label == Array("models".utf8))
    #expect(first.format?.uuid == VolumeUUID("8a3f6c1e-0000-4000-8000-0123456789ab"))
    #expect(first.format?.journal == .size(ByteCount(64 << 20)))
    #expect(first.reach.map(\.address) == [.cpu, .any])
    #expect(first.reach.map { $0.client.address.description } == ["0000:04:00.0", "0000:05:00.0"])
    #expect(first.reach.map(\.client.addressBits) == [40, nil])
    #expect(first.maps.map(\.destination) == ["/run/iopmem/maps.json", "/run/iopmem/prp"])
    #expect(first.maps.map(\.files) == [["models/a.bin", "é"], ["é"]])
    try #require(first.files.count == 2)
    let file = first.files[0]
    #expect(file.path == "models/a.bin" && file.content == .copy(of: "/srv/a.bin"))
    #expect(file.digest == ContentDigest("xxh128:00112233445566778899aabbccddeeff"))
    #expect(file.alignment == ByteCount(1 << 30) && file.permissions == 0o640)
    #expect(file.user == 5 && file.group == 6 && file.isPinned == true)
    #expect(first.files[1].path == "é")
    #expect(first.trees.map(\.path) == ["data/x"] && first.trees[0].permissions == 0o400)
    #expect(first.trees[0].content == .copy(of: "/srv/x"))
    #expect(first.files[1].content == .buffer(ByteCount(65536)))
    #expect(first.files[1].isPinned == false)
    let second = deployment.fileSystems[1]
    #expect(second.requiresDAX && !second.needsBar && second.files.isEmpty)
    #expect(second.device == .function(try #require(FunctionAddress("0000:03:00.0"))))
    #expect(second.format == nil)
  }

  @Test func theExampleIsRead() throws {
    let path = FilePath(Project.folder + "/share/examples/iopmem.yaml")
    let bytes = try Descriptor(path, .readOnly).readToEnd(limit: 1 << 16)
    let deployment = try ManifestReader.deployment(bytes)
    #expect(deployment.functions.count == 1 && deployment.fileSystems.count == 1)
    #expect(deployment.fileSystems.first?.maps.count == 1)
  }

  @Test func whatIsLeftOutIsLeftAlone() throws {
    let deployment = try read(Self.file(#""path": "a", "size": 1"#))
    let file = try #require(deployment.fileSystems.first?.files.first)
    #expect(file.permissions == nil && file.user == nil && file.group == nil)
    #expect(file.isPinned == nil && file.digest == nil && file.alignment == .pmd)
    #expect(deployment.fileSystems[0].requiresDAX && deployment.fileSystems[0].needsBar)
  }

  /// A manifest of one file, on line 5.
  private static func file(_ fields: String) -> String {
    """
    {"schema": "iopmem.manifest/1",
     "filesystems": [
      {"on": {"device": "/dev/iopmem0"}, "mount": {"at": "/mnt"},
       "files": [
        {\(fields)}]}]}
    """
  }

  /// A manifest of one file system without files, on line 3.
  private static func fileSystem(_ fields: String) -> String {
    """
    {"schema": "iopmem.manifest/1",
     "filesystems": [
      {\(fields)}]}
    """
  }

  private func expectMistake(
    _ text: String, _ field: String, line: Int, _ words: String,
    at location: SourceLocation = #_sourceLocation
  ) {
    do throws(ManifestMistake) {
      _ = try ManifestReader.deployment(Array(text.utf8))
      #expect(Bool(false), "was taken: \(text)", sourceLocation: location)
    } catch {
      #expect(error.field == field, sourceLocation: location)
      #expect(error.position.line == line, "\(error.sentence)", sourceLocation: location)
      #expect(error.message.contains(words), "\(error.sentence)", sourceLocation: location)
    }
  }

  /// Fields of a file, the field that is wrong, what is said of it, and whether the schema knows too.
  static let wrongFiles: [(fields: String, field: String, words: String, schema: Bool)] = [
    (#""size": 1"#, "", "one of the fields path, tree", true),
    (#""path": "a", "tree": "b", "source": "/b""#, "", "one of the fields path, tree", true),
    (#""tree": "a", "size": 1"#, ".size", "is not of a tree", true),
    (#""tree": "../a", "source": "/b""#, ".tree", "a part that is . or ..", true),
    (#""path": "a""#, "", "one of the fields source, size", true),
    (#""path": "a", "size": 1, "source": "/b""#, "", "one of the fields source, size", true),
    (#""path": "a", "sise": 1"#, "", #"no field "sise", but size"#, true),
    (#""path": "a", "size": 1, "colour": 1"#, "", "only path, tree", true),
    (#""path": "a", "path": "b", "size": 1"#, "-", "there already", false),
    (#""path": 12, "size": 1"#, ".path", "put it in quotes", true),
    (#""path": null, "size": 1"#, ".path", "is nothing", true),
    (#""path": ["a"], "size": 1"#, ".path", "is a list", true),
    (#""path": {"a": 1}, "size": 1"#, ".path", "is a group", true),
    (#""path": "", "size": 1"#, ".path", "is empty", true),
    (#""path": "/a", "size": 1"#, ".path", "begins with a slash", true),
    (#""path": "a/../b", "size": 1"#, ".path", "a part that is . or ..", true),
    (#""path": "./b", "size": 1"#, ".path", "a part that is . or ..", true),
    (#""path": "a//b", "size": 1"#, ".path", "an empty part", true),
    (#""path": "a/", "size": 1"#, ".path", "an empty part", true),
    (#""path": "a\u0000b", "size": 1"#, ".path", "holds a NUL", true),
    (#""path": ".iopmem-place.x", "size": 1"#, ".path", "iopmem removes", true),
    (#""path": "a", "source": "b""#, ".source", "an absolute path", true),
    (#""path": "a", "source": "/b\u0000""#, ".source", "an absolute path", true),
    (#""path": "a", "source": true"#, ".source", "put it in quotes", true),
    (#""path": "a", "size": "1Mb""#, ".size", "a number of bytes", true),
    (#""path": "a", "size": -1"#, ".size", "a number of bytes", true),
    (#""path": "a", "size": "99999999999G""#, ".size", "a number of bytes", false),
    (#""path": "a", "size": 1.5"#, ".size", "a number of bytes", true),
    (#""path": "a", "size": []"#, ".size", "is a list", true),
    (#""path": "a", "source": "/b", "digest": "sha256:00""#, ".digest", "xxh128:", true),
    (
      #""path": "a", "size": 1, "digest": "xxh128:00112233445566778899aabbccddeeff""#, ".digest",
      "of files with a source", true
    ),
    (#""path": "a", "size": 1, "align": 3"#, ".align", "a power of two", false),
    (#""path": "a", "size": 1, "align": "x""#, ".align", "a power of two", true),
    (#""path": "a", "size": 1, "mode": "640""#, ".mode", "octal digits after a 0", true),
    (#""path": "a", "size": 1, "mode": "0888""#, ".mode", "octal digits after a 0", true),
    (#""path": "a", "size": 1, "mode": 416"#, ".mode", "octal digits after a 0", true),
    (#""path": "a", "size": 1, "owner": "root""#, ".owner", "a whole number", true),
    (#""path": "a", "size": 1, "owner": 4294967295"#, ".owner", "to 4294967294", true),
    (#""path": "a", "size": 1, "group": -1"#, ".group", "a whole number", true),
    (#""path": "a", "size": 1, "pinned": "true""#, ".pinned", "true or false", true),
    (#""path": "a", "size": 1, "pinned": yes"#, ".pinned", "true or false", false),
  ]

  @Test(arguments: wrongFiles)
  func wrongFile(_ row: (fields: String, field: String, words: String, schema: Bool)) {
    let owner = "filesystems[0].files[0]"
    expectMistake(
      Self.file(row.fields), row.field == "-" ? "" : owner + row.field, line: 5, row.words)
  }

  @Test func theSchemaKnowsWhatTheReaderKnows() async throws {
    let good = #""path": "a/b.c", "source": "/b", "mode": "0640", "align": "2MiB", "owner": 0"#
    let lines = ([good] + Self.wrongFiles.filter(\.schema).map(\.fields)).map { fields in
      Self.file(fields).filter { $0 != "\n" }
    }
    _ = try read(Self.file(good))
    let followers = try await Schema.followers(
      among: Array(lines.joined(separator: "\n").utf8), verb: "manifest")
    #expect(followers == [0], "\(followers.map { lines[$0] })")
  }

  static let wrongFileSystems: [(fields: String, field: String, words: String)] = [
    (#""mount": {"at": "/m"}"#, "", "lacks the field on"),
    (#""on": {"device": "/d"}"#, "", "lacks the field mount"),
    (#""on": {}, "mount": {"at": "/m"}"#, ".on", "one of the fields device, function"),
    (
      #""on": {"device": "/d", "function": "0000:03:00.0"}, "mount": {"at": "/m"}"#, ".on",
      "one of the fields device, function"
    ),
    (#""on": {"function": "03:00.0"}, "mount": {"at": "/m"}"#, ".on.function", "with its domain"),
    (#""on": {"device": "/d"}, "type": "btrfs", "mount": {"at": "/m"}"#, ".type", "ext4 or xfs"),
    (#""on": {"device": "/d"}, "label": "x", "mount": {"at": "/m"}"#, ".label", "needs the field"),
    (
      #""on": {"device": "/d"}, "type": "xfs", "label": "0123456789abc", "mount": {"at": "/m"}"#,
      ".label", "keeps 1 to 12"
    ),
    (
      #""on": {"device": "/d"}, "type": "ext4", "uuid": "1-2", "mount": {"at": "/m"}"#, ".uuid",
      "must be a UUID"
    ),
    (
      #""on": {"device": "/d"}, "type": "ext4", "journal": true, "mount": {"at": "/m"}"#,
      ".journal", "none or a number"
    ),
    (
      #""on": {"device": "/d"}, "type": "xfs", "journal": "none", "mount": {"at": "/m"}"#,
      ".journal", "has its log always"
    ),
    (
      #""on":{"device":"/d"},"mount":{"at":"/m"},"reach":[{}]"#, ".reach[0]",
      "lacks the field client"
    ),
    (
      #""on":{"device":"/d"},"mount":{"at":"/m"},"reach":[{"client":"x"}]"#, ".reach[0].client",
      "a PCI function"
    ),
    (
      #""on":{"device":"/d"},"mount":{"at":"/m"},"reach":[{"client":"0:4:0.0"}]"#,
      ".reach[0].client", "a PCI function"
    ),
    (
      #""on":{"device":"/d"},"mount":{"at":"/m"},"reach":[{"client":"0000:04:00.0","address":"x"}]"#,
      ".reach[0].address", "bus-address, cpu-address"
    ),
    (
      #""on":{"device":"/d"},"mount":{"at":"/m"},"reach":[{"client":"0000:04:00.0","address_bits":31}]"#,
      ".reach[0].address_bits", "from 32 to 64"
    ),
    (
      #""on":{"device":"/d"},"no_bar":true,"mount":{"at":"/m"},"reach":[{"client":"0000:04:00.0"}]"#,
      ".reach[0]", "excludes no_bar"
    ),
    (#""on": "/d", "mount": {"at": "/m"}"#, ".on", "must be a group of fields"),
    (#""on": {"device": "d"}, "mount": {"at": "/m"}"#, ".on.device", "an absolute path"),
    (#""on": {"device": "/d", "base": "c"}, "mount": {"at": "/m"}"#, ".on.base", "an address"),
    (
      #""on": {"device": "/d", "base": "0x1000"}, "no_bar": true, "mount": {"at": "/m"}"#,
      ".on.base", "excludes no_bar"
    ),
    (#""on": {"device": "/d"}, "mount": {}"#, ".mount", "lacks the field at"),
    (#""on": {"device": "/d"}, "mount": {"at": "m"}"#, ".mount.at", "an absolute path"),
    (
      #""on": {"device": "/d"}, "mount": {"at": "/m", "options": ["noatime", "ro"]}"#,
      ".mount.options[1]", "one of nosuid, nodev"
    ),
    (#""on": {"device": "/d"}, "no_bar": 1, "mount": {"at": "/m"}"#, ".no_bar", "true or false"),
    (
      #""on": {"device": "/d"}, "no_dax_check": "no", "mount": {"at": "/m"}"#, ".no_dax_check",
      "true or false"
    ),
    (#""on": {"device": "/d"}, "mount": {"at": "/m"}, "files": {}"#, ".files", "must be a list"),
    (
      #""on": {"device": "/d"}, "mount": {"at": "/m"}, "files": ["a"]"#, ".files[0]",
      "must be a group of fields"
    ),
    (
      #""on":{"device":"/d"},"mount":{"at":"/m"},"files":[{"path":"a","size":1},{"path":"a","size":2}]"#,
      ".files[1].path", "declared already"
    ),
    (
      #""on":{"device":"/d"},"mount":{"at":"/m"},"files":[{"path":"a","size":1},{"path":"a/b","size":2}]"#,
      ".files[1].path", "in what is declared already"
    ),
    (
      #""on":{"device":"/d"},"mount":{"at":"/m"},"files":[{"path":"a/b/c","size":1},{"path":"a","size":2}]"#,
      ".files[1].path", "the folder of another"
    ),
    (
      #""on":{"device":"/d"},"no_bar":true,"mount":{"at":"/m"},"files":[{"path":"a","size":1,"pinned":true}]"#,
      ".files[0].pinned", "excludes no_bar"
    ),
  ]

  @Test(arguments: wrongFileSystems)
  func wrongFileSystem(_ row: (fields: String, field: String, words: String)) {
    expectMistake(
      Self.fileSystem(row.fields), "filesystems[0]" + row.field, line: 3, row.words)
  }

  /// Fields of a map of the files `a` and `b`, the field that is wrong, and what is said of it.
  static let wrongMaps: [(fields: String, field: String, words: String)] = [
    (#""to": "/t""#, "", "lacks the field files"),
    (#""files": ["a"]"#, "", "lacks the field to"),
    (#""to": "t", "files": ["a"]"#, ".to", "an absolute path"),
    (#""to": "/m", "files": ["a"]"#, "", "declared already"),
    (#""to": "/t", "files": []"#, ".files", "an empty list"),
    (#""to": "/t", "files": ["c"]"#, ".files[0]", "is no file that is declared here"),
    (#""to": "/t", "files": ["a"], "format": "xml""#, ".format", "table, json"),
    (#""to": "/t", "files": ["a", "b"], "format": "nvme-prp""#, "", "takes one"),
    (#""to": "/t", "files": ["a"], "client": "y""#, ".client", "a PCI function"),
    (#""to": "/t", "files": ["a"], "address_bits": 40"#, ".address_bits", "needs the field client"),
    (#""to": "/t", "files": ["a"], "max_segment": "x""#, ".max_segment", "--max-segment"),
    (#""to": "/t", "files": ["a"], "boundary": 3"#, "", "powers of two"),
    (#""to": "/t", "files": ["a"], "align": []"#, ".align", "is a list"),
    (#""to": "/t", "files": ["a"], "max_segments": -1"#, ".max_segments", "--max-segments"),
    (#""to": "/t", "files": ["a"], "list_base": "0x1000""#, "", "make no sense"),
    (#""to": "/t", "files": ["a"], "page_size": "--help""#, ".page_size", "--page-size"),
  ]

  @Test(arguments: wrongMaps)
  func wrongMap(_ row: (fields: String, field: String, words: String)) {
    let text = Self.fileSystem(
      #""on":{"device":"/d"},"mount":{"at":"/m"},"files":[{"path":"a","size":1},{"path":"b","size":1}],"#
        + #""maps":[{"# + row.fields + "}]")
    expectMistake(text, "filesystems[0].maps[0]" + row.field, line: 3, row.words)
  }

  @Test(arguments: [
    ("{bar: 2}", "functions[0]", "lacks the field address"),
    ("{address: 1}", "functions[0].address", "a PCI function"),
    ("{address: 0000:03:00.0, bar: 6}", "functions[0].bar", "from 0 to 5"),
    ("{address: 0000:03:00.0, slot: 6}", "functions[0]", #"no field "slot""#),
    ("{address: 0000:03:00.0}, {address: 0000:03:00.0}", "functions[1]", "declared already"),
  ])
  func wrongFunction(functions: String, field: String, words: String) {
    let text = "schema: iopmem.manifest/1\nfunctions: [\(functions)]\nfilesystems: []\n"
    expectMistake(text, field, line: 2, words)
  }

  @Test func wrongManifests() {
    expectMistake("", "", line: 1, "empty")
    expectMistake("[]", "", line: 1, "must be a group of fields")
    expectMistake("filesystems: []", "", line: 1, "lacks the field schema")
    expectMistake("schema: x\nfilesystems: []", "schema", line: 1, "must be iopmem.manifest/1")
    expectMistake("schema: iopmem.manifest/1", "", line: 1, "lacks the field filesystems")
    expectMistake(
      "schema: iopmem.manifest/1\nfilesystems: []", "filesystems", line: 2, "an empty list")
    expectMistake(
      "schema: iopmem.manifest/1\nfilesystem: []", "", line: 2, "but filesystems")
    expectMistake("schema: *a\n", "", line: 1, "alias")
  }
}

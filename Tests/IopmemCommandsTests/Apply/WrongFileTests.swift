import TestSupport
import Testing

@testable import IopmemCommands

/// Files in a manifest that make no sense.
@Suite struct WrongFileTests {
  /// Fields of a file, the field that is wrong, what is said of it, and whether the schema knows too.
  static let rows: [(fields: String, field: String, words: String, schema: Bool)] = [
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

  static var manifests: [WrongManifest] {
    rows.map { row in
      let field = row.field == "-" ? "" : "filesystems[0].files[0]" + row.field
      return WrongManifest(WrongManifest.file(row.fields), field, line: 5, row.words)
    }
  }

  @Test(arguments: manifests) func wrongFile(_ manifest: WrongManifest) { manifest.check() }

  @Test func theSchemaKnowsWhatTheReaderKnows() async throws {
    let good = #""path": "a/b.c", "source": "/b", "mode": "0640", "align": "2MiB", "owner": 0"#
    let lines = ([good] + Self.rows.filter(\.schema).map(\.fields)).map { fields in
      WrongManifest.file(fields).filter { $0 != "\n" }
    }
    _ = try ManifestReader.deployment(Array(lines[0].utf8))
    let followers = try await Schema.followers(
      among: Array(lines.joined(separator: "\n").utf8), verb: "manifest")
    #expect(followers == [0], "\(followers.map { lines[$0] })")
  }
}

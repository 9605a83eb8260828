import Iopmem
import SystemPackage
import TestSupport
import Testing

@testable import IopmemCommands

/// Images in a manifest that make no sense.
@Suite struct WrongImageTests {
  /// Fields of a file system beside one file `a`, the field that is wrong, and what is said of it.
  static let rows: [(fields: String, field: String, words: String)] = [
    (#""on": {"image": "a"}"#, ".on.image", "an absolute path"),
    (
      #""on": {"image": "/a", "device": "/b"}"#, ".on",
      "one of the fields device, function, match, image"
    ),
    (#""on": {"image": "/a", "size": "x"}"#, ".on.size", "a number of bytes"),
    (#""on": {"image": "/a"}, "type": "xfs""#, ".type", "must be ext4"),
    (#""on": {"image": "/a"}, "mount": {"at": "/m"}"#, ".mount", "is not of an image"),
    (#""on": {"image": "/a"}, "no_bar": true"#, ".no_bar", "is not of an image"),
    (#""on": {"image": "/a"}, "no_dax_check": true"#, ".no_dax_check", "is not of an image"),
    (#""on": {"image": "/a"}, "reach": []"#, ".reach", "is not of an image"),
    (
      #""on": {"image": "/a"}, "maps": [{"to": "/t", "files": ["a"], "client": "0000:04:00.0"}]"#,
      ".maps[0].client", "no function holds it"
    ),
    (
      #""on": {"image": "/a"}, "maps": [{"to": "/t", "files": ["a"], "format": "sg"}]"#, ".maps[0]",
      "needs the field base"
    ),
    (
      #""on": {"image": "/a"}, "maps": [{"to": "/t", "files": ["a"], "max_segment": 4096}]"#,
      ".maps[0]", "needs the field base"
    ),
    (
      #""on": {"image": "/a"}, "maps": [{"to": "/a", "files": ["a"]}]"#, ".maps[0]",
      "declared already"
    ),
    (#""on": {"image": "/s"}"#, ".on.image", "is a declared source"),
  ]

  private static let files = #", "files": [{"path": "a", "source": "/s"}]"#

  static var manifests: [WrongManifest] {
    rows.map { row in
      WrongManifest(
        WrongManifest.fileSystem(row.fields + files), "filesystems[0]" + row.field, line: 3,
        row.words)
    }
  }

  @Test(arguments: manifests) func wrongImage(_ manifest: WrongManifest) { manifest.check() }

  @Test func anImageIsRead() throws {
    let text = WrongManifest.fileSystem(
      #""on":{"image":"/i/../a","size":"1G"},"type":"ext4","inodes":9,"#
        + #""maps":[{"to":"/t","files":["a"]}]"# + Self.files)
    let fileSystem = try #require(
      ManifestReader.deployment(Array(text.utf8)).fileSystems.first)
    #expect(fileSystem.image == "/a" && fileSystem.imageSize?.rawValue == 1 << 30)
    #expect(fileSystem.mountPoint == "/" && fileSystem.format?.inodes == 9)
  }

  @Test func theSchemaKnowsWhatTheReaderKnows() async throws {
    let good = #""on": {"image": "/a", "size": 4096}, "type": "ext4""#
    // That two are one only the reader finds, and what a format needs.
    let wrong = Self.rows.map(\.fields).filter {
      !$0.contains(#""/s""#) && !$0.contains(#""to": "/a""#) && !$0.contains("sg")
        && !$0.contains("max_segment")
    }
    let lines = ([good] + wrong).map { fields in
      WrongManifest.fileSystem(fields + Self.files).filter { $0 != "\n" }
    }
    let followers = try await Schema.followers(
      among: Array(lines.joined(separator: "\n").utf8), verb: "manifest")
    #expect(followers == [0], "\(followers.map { lines[$0] })")
  }
}

import SystemPackage
import Testing
import YAML

@testable import IopmemCommands

/// Where a manifest may not have its maps, as its text tells.
@Suite struct MapDestinationTests {
  private static func manifest(_ destination: String) -> String {
    """
    schema: iopmem.manifest/1
    filesystems:
      - on: {device: /dev/iopmem0}
        mount: {at: /mnt/a}
        files: [{path: a, source: /srv/a}, {tree: t, source: /srv/t}]
        maps:
          - {to: /run/other, files: [a]}
          - {to: "\(destination)", files: [a]}
      - on: {device: /dev/iopmem1}
        mount: {at: /mnt/b}
        files: [{path: b, source: /srv/b}]
    """
  }

  @Test(arguments: [
    ("/etc/iopmem/m.yaml", "is the manifest"), ("/srv/../etc//iopmem/m.yaml", "is the manifest"),
    ("/dev/iopmem0", "is a declared device"), ("/dev/iopmem1", "is a declared device"),
    ("/srv/a", "is a declared source"), ("/srv/./b", "is a declared source"),
    ("/srv/t", "the source of a declared tree"), ("/srv/t/x/y", "the source of a declared tree"),
    ("/mnt/a/a", "in a declared mount point"), ("/mnt/a", "is declared already"),
    ("/mnt/b", "is declared already"),
    ("/mnt/b/x/y", "in a declared mount point"),
  ])
  func isRefused(_ destination: String, _ words: String) {
    do throws(ManifestRefusal) {
      _ = try ManifestReader.deployment(
        Array(Self.manifest(destination).utf8), of: "/etc/iopmem/m.yaml")
      #expect(Bool(false), "was taken: \(destination)")
    } catch let mistakes {
      let error = mistakes.all[0]
      let isFound = error.position.line == 8 && error.field == "filesystems[0].maps[1].to"
      // What has the same name twice is found where it is declared for the second time.
      #expect(isFound || words == "is declared already", "\(error.sentence)")
      #expect(error.message.contains(words), "\(error.sentence)")
    }
  }

  @Test(arguments: ["/etc/iopmem/m.json", "/srv/aa", "/srv/tt", "/mnt/ab", "/dev/shm/x"])
  func isTaken(_ destination: String) throws {
    _ = try ManifestReader.deployment(
      Array(Self.manifest(destination).utf8), of: "/etc/iopmem/m.yaml")
  }
}

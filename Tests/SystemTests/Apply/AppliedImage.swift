import FoundationEssentials
import TestSupport
import Testing

/// An image, sources, and a manifest of both.
struct AppliedImage {
  let folder: TemporaryFolder
  var image: String { folder("bar.img") }

  init() throws {
    folder = try TemporaryFolder()
  }

  /// Writes a source.
  func source(_ name: String, _ byte: UInt8, count: Int) throws {
    try folder.write([UInt8](repeating: byte, count: count), to: name)
  }

  /// The fields of a file with a source.
  func file(_ path: String, _ source: String, _ more: String = "") -> String {
    "{path: \(path), source: \(folder(source))\(more)}"
  }

  /// Writes the manifest.
  /// - Returns: its path.
  func manifest(_ files: [String], _ more: String = "", on: String = "") throws -> String {
    let text = """
      schema: iopmem.manifest/1
      filesystems:
        - on: {image: \(image), size: 64MiB, base: "0xc0000000"\(on)}
          type: ext4
          inodes: 2048
          files: [\(files.joined(separator: ", "))]
      \(more)

      """
    return try folder.write(text.utf8, to: "manifest.yaml")
  }

  /// Applies a manifest of these files.
  func apply(
    _ files: [String], _ options: [String] = [], _ more: String = "", on: String = ""
  ) async throws -> (AppliedDocument, Tool) {
    let tool = try await Tool.iopmem(
      ["apply", "--json"] + options + [manifest(files, more, on: on)])
    #expect(
      try await Schema.complaint(about: tool.output, verb: "apply") == nil, "\(tool.errors)")
    return (try JSONDecoder().decode(AppliedDocument.self, from: Data(tool.output)), tool)
  }

  /// Files of all kinds: pinned, in folders, and without a source.
  var variousFiles: [String] {
    [
      file("deep/er/a", "a", ", mode: 0640, pinned: true"), file("deep/b", "b"),
      "{path: ring, size: 64KiB, pinned: true}",
    ]
  }

  /// What else the manifest of these tells: a UUID, so that two images can be the same, and a map.
  var uuidAndMap: String {
    """
        uuid: 8a3f6c1e-0000-4000-8000-0123456789ab
        maps: [{to: \(folder("map")), files: [deep/er/a, ring]}]
    """
  }

  /// Where the image's files lie.
  func places() async throws -> String {
    try await Tool.require(
      Project.binary, ["fiemap", "--image", image, "--format", "csv", "-r", "/"]
    ).text
  }

  /// What must stay: the image itself, and inodes, places and fingerprints of its files.
  func state() async throws -> String {
    let list = try await Tool.require("stat", ["-c", "%i %s %y %z %a %u %g", image]).text
    let maps = try await Tool.require(
      Project.binary, ["fiemap", "--image", image, "--base", "0xc0000000", "--json", "-r", "/"])
    return list + maps.text
  }

  /// Checks the file system, and that nothing lies beside the image that was not there before.
  func expectWhole(beside names: [String], _ note: String = "") async throws {
    let check = try await Tool.run("e2fsck", ["-fn", image])
    #expect(check.status == 0, "\(note) \(check.text)")
    let left = try await Tool.require("ls", ["-A", folder.path]).text.split(separator: "\n")
    #expect(
      left.sorted() == (names + ["bar.img", "manifest.yaml"]).sorted().map { $0[...] }, "\(note)")
  }

  /// The bytes of a file in the image.
  func bytes(_ path: String) async throws -> [UInt8] {
    try await Tool.require("debugfs", ["-R", "cat /\(path)", image]).output
  }
}

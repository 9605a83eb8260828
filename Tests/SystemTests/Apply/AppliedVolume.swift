import FoundationEssentials
import TestSupport
import Testing

/// What `iopmem apply --json` prints.
struct AppliedDocument: Decodable {
  struct Item: Decodable, Equatable {
    let kind: String
    let subject: String
    let state: String
    let code: String?
    let reason: String?
  }
  let changed: Bool
  let plan: Bool
  let items: [Item]

  /// The states, in order.
  var states: [String] { items.map(\.state) }
}

/// A file system on a loop device, sources, and a manifest of both.
struct AppliedVolume {
  let folder: TemporaryFolder
  let device: LoopDevice
  var mount: String { folder("mnt") }

  /// Runs a body with such a volume, which is not mounted yet, and unmounts it however it ends.
  /// - Parameter isBlank: whether the file system is left to be made.
  static func with(isBlank: Bool = false, _ body: (AppliedVolume) async throws -> Void) async throws
  {
    let folder = try TemporaryFolder()
    let image = folder("volume")
    if isBlank {
      try await Tool.require("truncate", ["-s", "512M", image])
    } else {
      try await Tool.require(
        Project.binary, ["mkfs", "--quiet", "--inodes", "4096", "--size", "256M", image])
    }
    try await Tool.require("mkdir", [folder("mnt"), folder("src")])
    try await LoopDevice.with(image) { device in
      do { try await body(AppliedVolume(folder: folder, device: device)) } catch {
        _ = try? await Tool.run("umount", [folder("mnt")])
        throw error
      }
      _ = try? await Tool.run("umount", [folder("mnt")])
    }
    if !isBlank { try await Placing.expectClean(image) }
  }

  /// Writes a source.
  func source(_ name: String, _ bytes: [UInt8]) throws {
    try folder.write(bytes, to: "src/" + name)
  }

  /// Applies a manifest of these files.
  /// - Parameter more: other fields of the file system.
  func apply(
    _ files: [String], _ options: [String] = [], _ more: String = ""
  ) async throws -> (AppliedDocument, Tool) {
    let manifest = try folder.write(manifest(files, more).utf8, to: "manifest.yaml")
    let tool = try await Tool.iopmem(["apply", "--json"] + options + [manifest])
    #expect(
      try await Schema.complaint(about: tool.output, verb: "apply") == nil, "\(tool.errors)")
    return (try JSONDecoder().decode(AppliedDocument.self, from: Data(tool.output)), tool)
  }

  func manifest(_ files: [String], _ more: String = "") -> String {
    """
    schema: iopmem.manifest/1
    filesystems:
      - on: {device: \(device.path), base: "0xc0000000"}
        no_dax_check: true
        mount: {at: \(mount)}
        files: [\(files.joined(separator: ", "))]
    \(more)

    """
  }

  /// The fields of a file with a source.
  func file(_ path: String, _ source: String, _ more: String = "") -> String {
    "{path: \(path), source: \(folder("src/" + source))\(more)}"
  }

  /// What must stay: names, inodes, changes of the inode, layout and bytes.
  func state() async throws -> String {
    let script = """
      find . -type f | sort | while read -r name; do
        stat -c '%n %i %z %a %u %g' "$name"; filefrag -v "$name" | tail -n +3; lsattr "$name"
        xxh128sum "$name"
      done
      """
    return try await Tool.require("sh", ["-euc", "cd \(mount) && \(script)"]).text
  }
}

import TestSupport

/// A file system on a loop device over a sparse image, mounted in a folder of the test's own.
struct Volume {
  /// The file systems that a test runs on.
  enum Kind: String, CaseIterable {
    case ext4, xfs
  }

  let folder: TemporaryFolder
  let image: String
  let mountPoint: String

  /// Makes the image and the file system.
  init(_ kind: Kind, size: String, options: [String] = []) async throws {
    folder = try TemporaryFolder()
    image = folder("bar.img")
    mountPoint = folder("mnt")
    try await Tool.require("truncate", ["-s", size, image])
    switch kind {
    case .ext4:
      try await Tool.require("mke2fs", ["-q", "-t", "ext4", "-b4096"] + options + [image])
    case .xfs: try await Tool.require("mkfs.xfs", ["-q"] + options + [image])
    }
  }

  /// Runs a body with the file system mounted.
  func mounted<T>(_ body: (String) async throws -> T) async throws -> T {
    try await LoopDevice.with(image) { device in
      try await device.mounted(on: mountPoint) { try await body(mountPoint) }
    }
  }
}

/// A bus address for devices that have none of their own.
let base = "0x1000000000"

/// Maps files of a mounted file system that is not DAX.
func map(_ arguments: [String]) async throws -> Tool {
  try await Tool.iopmem(["fiemap", "--json", "--base", base, "--no-dax-check"] + arguments)
}

/// Maps files that must be mapped.
func mapped(_ arguments: [String]) async throws -> [MapDocument.File] {
  let result = try await map(arguments)
  guard result.status == 0 else { throw ToolFailure(command: "fiemap", result: result) }
  return try MapDocument(result.output).files
}

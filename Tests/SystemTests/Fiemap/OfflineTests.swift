import FoundationEssentials
import Linux
import SystemPackage
import TestSupport
import Testing

@Suite(.enabled(if: Project.isRoot, "needs root: loop devices"))
struct OfflineTests {
  /// The same file system mounted and not: the same segments, debugfs's extents, the files' bytes.
  @Test func hundredsOfFilesAtRandom() async throws {
    let volume = try await Volume(.ext4, size: "1G")
    var random = SplitMix64(seed: 20_161_018)
    var contents: [String: [UInt8]] = [:]
    let allow = ["--allow", "unwritten", "--block-granular"]
    let online = try await volume.mounted { folder in
      for index in 0..<300 {
        let name = "d\(index % 7)/f\(index)"
        try await Tool.require("mkdir", ["-p", "\(folder)/d\(index % 7)"])
        try await makeFile(folder + "/" + name, &random)
        contents["/" + name] = try Descriptor(FilePath(folder + "/" + name), .readOnly)
          .readToEnd(limit: 1 << 24)
      }
      try await Tool.require("sync", [])
      return try await mapped(["-r"] + allow + [folder])
        .map { (path: String($0.path.dropFirst(folder.count)), extents: $0.extents) }
    }
    let offline = try await mapped(["--image", volume.image, "-r"] + allow + ["/"])
    let device = try Descriptor(FilePath(volume.image), .readOnly)
    #expect(offline.count == 300 && online.count == 300)
    let mountedExtents = Dictionary(uniqueKeysWithValues: online.map { ($0.path, $0.extents) })
    for file in offline {
      #expect(file.extents == mountedExtents[file.path], "\(file.path)")
      #expect(
        try await file.extents == PeerExtent.debugfs(volume.image, file.path), "\(file.path)")
      try expect(contents[file.path], at: file.extents, on: device)
    }
  }

  /// Who changes an image locks it, and who reads it keeps it from being changed.
  @Test func imagesAreHeld() async throws {
    let volume = try await Volume(.ext4, size: "64M")
    try await volume.mounted { folder in try write("f", [(0, 4096)], in: folder) }
    let arguments = ["--image", volume.image, "/f"]
    let reader = try Descriptor(FilePath(volume.image), .readOnly)
    try reader.lock(exclusively: false)
    try await map(arguments).expect(status: 0)
    try reader.close()
    let writer = try Descriptor(FilePath(volume.image), .readOnly)
    try writer.lock(waiting: .atMost(.seconds(2)))
    let refused = try await map(arguments)
    #expect(
      refused.status == 2 && refused.errors.contains("is in use: locked by process "),
      "\(refused.errors)")
    try await map(["--allow", "in-use"] + arguments).expect(status: 0)
  }

  /// Holes, truncations, reservations: what makes maps differ.
  private func makeFile(_ path: String, _ random: inout SplitMix64) async throws {
    let file = try Descriptor(
      FilePath(path), .readWrite, options: .create, permissions: .ownerReadWrite)
    for _ in 0..<Int.random(in: 0...6, using: &random) {
      let count = Int.random(in: 1...40_000, using: &random)
      let bytes = random.bytes(count)
      try file.write(bytes, at: UInt64.random(in: 0...400_000, using: &random))
      if Bool.random(using: &random) { try file.synchronize() }
    }
    switch Int.random(in: 0..<6, using: &random) {
    case 0: try file.truncate(to: UInt64.random(in: 0...500_000, using: &random))
    case 1:
      let offset = UInt64.random(in: 0...200_000, using: &random)
      try await Tool.require("fallocate", ["-p", "-o", "\(offset)", "-l", "50000", path])
    case 2: try await Tool.require("fallocate", ["-l", "300000", path])
    default: break
    }
  }

  private func expect(
    _ content: [UInt8]?, at extents: [PeerExtent], on device: borrowing Descriptor
  ) throws {
    let content = try #require(content)
    for extent in extents where !extent.isUnwritten {
      var bytes = [UInt8](repeating: 0, count: Int(extent.length))
      #expect(try device.read(at: extent.physical, into: &bytes) == bytes.count)
      let first = Int(extent.logical)
      let last = min(content.count, first + bytes.count)
      #expect(Data(content[first..<last]) == Data(bytes.prefix(last - first)))
    }
  }

  @Test func blockMapsOfExt2() async throws {
    let volume = try await Volume(.ext4, size: "256M", options: ["-O", "^extents,^64bit"])
    let online = try await volume.mounted { folder in
      try write("a", [(0, 300_000), (1 << 20, 5000), (60 << 20, 4096)], in: folder)
      let file = try #require(try await mapped(["--block-granular", folder + "/a"]).first)
      #expect(try await file.extents == PeerExtent.filefrag(folder + "/a"))
      return file.extents
    }
    let offline = try #require(
      try await mapped(["--image", volume.image, "--block-granular", "/a"]).first)
    #expect(offline.extents == online)
  }
}

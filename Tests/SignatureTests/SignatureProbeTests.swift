import Linux
import Signature
import SystemPackage
import TestSupport
import Testing

@Suite struct SignatureProbeTests {
  private func content(of image: String, length: UInt64 = 0) throws -> DeviceContent {
    var probe = try SignatureProbe()
    return try probe.content(
      of: try Descriptor(FilePath(image), .readOnly), length: length)
  }

  private func image(in folder: TestSupport.TemporaryFolder) async throws -> String {
    try await Tool.require("truncate", ["--size", "64M", folder("image")])
    return folder("image")
  }

  @Test func blank() async throws {
    let folder = try TestSupport.TemporaryFolder()
    #expect(try content(of: try await image(in: folder)) == .unrecognised)
  }

  @Test func fileSystem() async throws {
    let folder = try TestSupport.TemporaryFolder()
    let image = try await image(in: folder)
    let uuid = "01234567-89ab-cdef-0123-456789abcdef"
    try await Tool.require(
      "mke2fs", ["-q", "-t", "ext4", "-L", "some label", "-U", uuid, image])
    #expect(
      try content(of: image)
        == .found(
          KnownSignature(
            kind: .filesystem, type: "ext4", label: Array("some label".utf8), uuid: uuid,
            offset: 1080)))
  }

  @Test func partitionTable() async throws {
    let folder = try TestSupport.TemporaryFolder()
    let image = try await image(in: folder)
    try await Tool.require("sgdisk", ["--new", "1:2048:0", image])
    guard case .found(let signature) = try content(of: image) else {
      Issue.record("not found")
      return
    }
    #expect(signature.kind == .partitionTable)
    #expect(signature.type == "gpt")
    #expect(signature.offset == 512)
  }

  @Test func severalAreNamedAndErased() async throws {
    let folder = try TestSupport.TemporaryFolder()
    let image = try await image(in: folder)
    let length: UInt64 = 128 << 20
    try await Tool.require("truncate", ["--size", "\(length)", image])
    try await Tool.require("mkfs.btrfs", ["-q", image])
    try await Tool.require("mke2fs", ["-q", "-t", "ext4", folder("ext4"), "32M"])
    // Only the superblock, so that both marks are there.
    try await Tool.require(
      "dd",
      [
        "if=" + folder("ext4"), "of=" + image, "bs=1K", "skip=1", "seek=1", "count=1",
        "conv=notrunc",
      ]
    )
    guard case .ambivalent(let signatures) = try content(of: image) else {
      Issue.record("not ambivalent")
      return
    }
    #expect(Set(signatures.map(\.type)) == ["btrfs", "ext4"])

    var probe = try SignatureProbe()
    try probe.erase(
      from: try Descriptor(FilePath(image), .readWrite), length: length, keeping: "ext4")
    guard case .found(let signature) = try content(of: image) else {
      Issue.record("not alone")
      return
    }
    #expect(signature.type == "ext4")
  }

  @Test func whatCannotBeProbedIsAnError() throws {
    #expect(throws: Errno.self) { try content(of: "/", length: 4096) }
    #expect(throws: Errno.overflow) { try content(of: "/dev/null", length: .max) }
  }
}

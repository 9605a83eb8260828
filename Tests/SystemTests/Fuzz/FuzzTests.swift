import Linux
import SystemPackage
import TestSupport
import Testing

/// Images with fields that are wrong, held against the kernel's own map of a read-only mount: no
/// address is printed that the kernel does not confirm, and no hole that it does not see.
///
/// `IOPMEM_FUZZ_ROUNDS` is how many images are made of each kind; `IOPMEM_FUZZ_SEED` begins elsewhere.
@Suite(.serialized, .enabled(if: Project.isRoot, "needs root: loop devices"))
struct FuzzTests {
  private static let rounds = Project.environment("IOPMEM_FUZZ_ROUNDS").flatMap { Int($0) } ?? 5
  private static let seed = Project.environment("IOPMEM_FUZZ_SEED").flatMap { UInt64($0) } ?? 1

  /// How it came out.
  private struct Tally {
    var mounts = 0
    var confirmed = 0
    var runs = 0
    var refused = 0
    /// Refused, and the kernel has an answer: stricter than need be, or damage that it does not see.
    var onlyWeRefuse = 0
    var wrong: [String] = []
  }

  @Test(arguments: [
    "-t ext2 -b 1024", "-t ext2 -b 4096", "-t ext3 -b 1024", "-t ext4 -b 1024",
    "-t ext4 -b 4096 -O ^metadata_csum,^uninit_bg", "-t ext4 -b 4096",
    "-t ext4 -b 1024 -O bigalloc -C 8192", "-t ext4 -b 4096 -O inline_data,encrypt,verity",
    "-t ext4 -b 1024 -O meta_bg,^resize_inode", "-t ext4 -b 4096 -O ea_inode,^has_journal -I 256",
    "-t ext4 -b 4096 -O uninit_bg,^metadata_csum", "-t ext4 -b 4096 -O quota",
    "-t ext4 -b 1024 -O mmp",
  ])
  func everyAddressIsTheKernelsToo(_ options: String) async throws {
    let blockSize = options.contains("-b 1024") ? 1024 : 4096
    let image = try await OfflineImage(
      options.split(separator: " ").map { String($0) }, size: "24M", blockSize: blockSize)
    if options.contains("inline_data") {
      // A directory so small that its names lie in its inode.
      let file = try image.folder.write([UInt8](repeating: 3, count: 5000), to: "file")
      try await image.change(["mkdir /few", "write \(file) /few/x", "write \(file) /few/y"])
    }
    try await hold(image, options, rounds: Self.rounds)
  }

  /// So many files that tables and bitmaps have many blocks, and directories many names.
  @Test(
    .enabled(
      if: Project.isLong || Project.environment("IOPMEM_FUZZ_ROUNDS") != nil,
      "takes minutes: IOPMEM_LONG=1 or IOPMEM_FUZZ_ROUNDS"))
  func everyAddressOfAHundredThousandFiles() async throws {
    let image = try await OfflineImage(
      ["-t", "ext4", "-N", "110000"], size: "256M", blockSize: 1024, directories: 100,
      filesInEach: 1000)
    try await hold(image, "-t ext4 -b 1024 -N 110000", rounds: max(2, Self.rounds / 20))
  }

  private func hold(
    _ image: OfflineImage, _ options: String, rounds: Int
  ) async throws {
    var raw = try #require(
      RawExt4(try Descriptor(FilePath(image.path), .readOnly).readToEnd(limit: 1 << 29)))
    // Other damage for each kind.
    var random = SplitMix64(seed: options.utf8.reduce(Self.seed) { $0 &* 31 &+ UInt64($1) })
    var tally = Tally()
    for round in 0..<max(1, rounds) {
      // The first is whole: everything must be mapped, and as the kernel does it.
      if round > 0 { raw.damage(&random) }
      try await hold(image, raw, round, &tally)
      for change in raw.changes.reversed() {
        try image.overwrite(change.old, at: UInt64(change.offset))
      }
      raw.restore()
    }
    #expect(tally.wrong.isEmpty, "\(tally.wrong.prefix(10).joined(separator: "\n"))")
    #expect(tally.confirmed > 40 && tally.mounts > 0)
    #expect(tally.refused > 0 || rounds < 5)
    // Most damage is of one file.
    #expect(tally.confirmed > 10 * rounds)
    print(
      "fuzz \(options): \(rounds) images, \(tally.mounts) mounted; \(tally.confirmed) files "
        + "of \(tally.runs) runs confirmed, \(tally.refused) refused, \(tally.onlyWeRefuse) of "
        + "them mapped by the kernel; \(tally.wrong.count) wrong")
  }

  private func hold(
    _ image: OfflineImage, _ raw: RawExt4, _ round: Int, _ tally: inout Tally
  ) async throws {
    for change in raw.changes {
      let end = change.offset + change.old.count
      try image.overwrite(Array(raw.bytes[change.offset..<end]), at: UInt64(change.offset))
    }
    // The loop device of the round before can be there for a moment more.
    let result = try await Tool.iopmem([
      "fiemap", "--json", "--block-granular", "--allow", "unwritten", "--allow", "in-use",
      "--image", image.path, "-r",
      "/",
    ])
    #expect((0...2).contains(result.status), "round \(round): \(result.errors)")
    if round == 0 { #expect(result.status == 0, "\(result.errors)") }
    let files = result.output.isEmpty ? [] : try MapDocument(result.output).files
    let refused = result.errors.split(separator: "\n").count
    tally.refused += refused
    let folder = image.folder("mnt")
    try await Tool.require("mkdir", ["-p", folder])
    // A device of its own each time: one that is used again can have the last image in its cache.
    // It is read-only, or the kernel would mark the image as having errors for good.
    try await LoopDevice.with(image.path, isReadOnly: true) { device in
      try await hold(files, refused: result.errors, raw, round, &tally, device, on: folder)
    }
  }

  private func hold(
    _ files: [MapDocument.File], refused errors: String, _ raw: RawExt4, _ round: Int,
    _ tally: inout Tally, _ device: LoopDevice, on folder: String
  ) async throws {
    let mount = try await Tool.run(
      "mount", ["-t", "ext4", "-o", "ro,errors=continue", device.path, folder])
    guard mount.status == 0 else {
      if !files.isEmpty { tally.wrong.append("round \(round): mapped what cannot be mounted") }
      return
    }
    tally.mounts += 1
    for file in files {
      let path = folder + file.path
      do {
        let kernel = try KernelMap(path, blockSize: UInt64(raw.blockSize))
        if kernel.runs != file.runs {
          tally.wrong.append("round \(round): \(file.path): \(file.runs), not \(kernel.runs)")
        } else if try !KernelMap.reads(
          path, as: file.segments, in: raw.bytes, blockSize: raw.blockSize)
        {
          tally.wrong.append("round \(round): \(file.path): has other bytes there")
        } else {
          tally.confirmed += 1
          tally.runs += kernel.runs.count
        }
      } catch { tally.wrong.append("round \(round): \(file.path): \(error)") }
    }
    for line in errors.split(separator: "\n") {
      let words = line.split(separator: ": ")
      guard words.count > 1, words[1].hasPrefix("/") else { continue }
      if (try? KernelMap(folder + words[1], blockSize: UInt64(raw.blockSize))) != nil {
        tally.onlyWeRefuse += 1
      }
    }
    try await Tool.require("umount", [folder])
  }
}

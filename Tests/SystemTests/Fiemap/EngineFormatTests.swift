import Linux
import SystemPackage
import TestSupport
import Testing

/// What an engine that reads the binary forms finds at the addresses: the file's bytes.
@Suite(.enabled(if: Project.isRoot, "needs root: loop devices"))
struct EngineFormatTests {
  private static let base: UInt64 = 0x10_0000_0000

  /// A file of blocks that are nowhere side by side, and what it holds: another file has the whole
  /// file system first, and then gives up every second block.
  private func fragmented(
    _ folder: String, blocks: Int
  ) async throws -> (path: String, bytes: [UInt8]) {
    let script = """
      import ctypes, os, sys
      punch = ctypes.CDLL(None, use_errno=True).fallocate
      punch.argtypes = [ctypes.c_int, ctypes.c_int, ctypes.c_long, ctypes.c_long]
      rest = os.open(sys.argv[1] + "/rest", os.O_RDWR | os.O_CREAT)
      try:
          while os.write(rest, b"x" * 65536):
              pass
      except OSError:
          os.fsync(rest)
      for block in range(0, 2 * int(sys.argv[2]) + 100, 2):
          # FALLOC_FL_KEEP_SIZE and FALLOC_FL_PUNCH_HOLE
          if punch(rest, 3, block * 4096, 4096):
              raise OSError(ctypes.get_errno(), "fallocate")
      os.fsync(rest)
      """
    try await Tool.require("/usr/bin/python3", ["-c", script, folder, "\(blocks)"])
    var random = SplitMix64(seed: 7)
    let bytes = (0..<blocks * 4096 - 700).map { _ in UInt8.random(in: 0...255, using: &random) }
    let file = try Descriptor(
      FilePath(folder + "/file"), .writeOnly, options: .create, permissions: .ownerReadWrite)
    try file.write(bytes, at: 0)
    try file.synchronize()
    return (folder + "/file", bytes)
  }

  private func stream(_ path: String, _ options: [String]) async throws -> EngineStream {
    let tool = try await Tool.iopmem(
      ["fiemap", "--base", "\(Self.base)", "--no-dax-check", path] + options)
    guard tool.status == 0 else { throw ToolFailure(command: "fiemap", result: tool) }
    return try EngineStream(tool.output)
  }

  /// What the engine reads of the memory behind the runs, which is the image here.
  private func bytes(
    _ runs: [NVMeController.Run], of image: borrowing Descriptor
  ) throws -> [UInt8] {
    var found: [UInt8] = []
    for run in runs {
      var bytes = [UInt8](repeating: 0, count: Int(run.length))
      let count = try image.read(at: run.address - Self.base, into: &bytes)
      found += bytes.prefix(count)
    }
    return found
  }

  @Test func everyFormLeadsToTheFilesBytes() async throws {
    let volume = try await Volume(.ext4, size: "64M", options: ["-m0"])
    try await volume.mounted { folder in
      let (path, content) = try await fragmented(folder, blocks: 2500)
      let image = try Descriptor(FilePath(volume.image), .readOnly)
      let found = try #require(try await mapped([path]).first)
      #expect(found.segmentCount > 2000, "\(found.segmentCount)")
      // The loop device's pages, as the engine would find them.
      try await Tool.require("sync", [])

      let plain = try await stream(path, ["--format", "sg"])
      #expect(plain.segments.count == found.segmentCount)
      #expect(
        "1-" + plain.fingerprint.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
          == found.fingerprint)
      for limits in [[], ["--max-segment", "3000"], ["--boundary", "1K", "--align", "4"]] {
        let records = try await stream(path, ["--format", "sg"] + limits)
        #expect(records.transferBytes == UInt64(content.count))
        let runs = records.segments.map {
          NVMeController.Run(address: $0.address, length: $0.length)
        }
        #expect(try bytes(runs, of: image) == content)
        #expect(records.segments.map(\.fileOffset) == offsets(runs))
      }
      for (offset, length) in [(0, 10_239_300), (4096, 8192), (4, 12_288), (8188, 2_000_004)] {
        let part = Array(content.dropFirst(offset).prefix(length))
        let options = ["--offset", "\(offset)", "--length", "\(length)"]
        for base: UInt64 in [0x8000_0000, 0x8000_0FE0, 0xFF_FFFF_FF80] {
          let memory = ["--list-base", "\(base)"]
          let pages = try await stream(path, ["--format", "nvme-prp"] + options + memory)
          let prp = NVMeController(pageSize: 4096, listBase: base, list: pages.records)
          let pageRuns = try prp.runs(
            physicalRegionPages: pages.dataPointer, bytes: pages.transferBytes)
          #expect(try bytes(pageRuns, of: image) == part)
          let list = try await stream(path, ["--format", "nvme-sgl"] + options + memory)
          let sgl = NVMeController(pageSize: 4096, listBase: base, list: list.records)
          let listRuns = try sgl.runs(
            scatterGatherList: list.dataPointer, bytes: list.transferBytes)
          #expect(try bytes(listRuns, of: image) == part)
        }
      }
    }
  }

  /// Where in the file each run begins, if all follow one another.
  private func offsets(_ runs: [NVMeController.Run]) -> [UInt64] {
    var end: UInt64 = 0
    return runs.map { run in
      defer { end += run.length }
      return end
    }
  }

  @Test func holesAreRefused() async throws {
    let volume = try await Volume(.ext4, size: "64M")
    try await volume.mounted { folder in
      try write("holed", [(0, 4096), (8192, 4096)], in: folder)
      let holed = folder + "/holed"
      let options = ["fiemap", "--base", "0x1000000000", "--no-dax-check", "--list-base", "0"]
      for form in ["nvme-prp", "nvme-sgl"] {
        let tool = try await Tool.iopmem(options + ["--format", form, holed])
        #expect(tool.status == 2 && tool.errors.contains("4096 bytes of holes"), "\(form)")
        let part = try await Tool.iopmem(
          options + ["--format", form, "--length", "4K", holed])
        #expect(part.status == 0, "\(part.errors)")
      }
      #expect(try await stream(holed, ["--format", "sg"]).segments.count >= 1)
    }
  }
}

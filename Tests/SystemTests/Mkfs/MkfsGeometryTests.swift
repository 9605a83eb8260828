import FoundationEssentials
import TestSupport
import Testing

/// What is made is sound, and leaves the contiguous region that it is made for.
@Suite struct MkfsGeometryTests {
  /// What `iopmem mkfs --json` says.
  private struct Report: Decodable {
    struct Run: Decodable {
      var offset: UInt64
      var length: UInt64
    }
    var size: UInt64
    var uuid: String
    var largest_run: Run
    var largest_aligned_run: Run
  }

  private func make(_ image: String, _ size: String, _ options: [String]) async throws -> Report {
    let result = try await Tool.iopmem(["mkfs", "--json", "--size", size] + options + [image])
    try #require(result.status == 0, "\(result.errors)")
    return try JSONDecoder().decode(Report.self, from: Data(result.output))
  }

  @Test(arguments: [
    ("16M", 740, 600), ("300M", 970, 960), ("1000M", 990, 985), ("4G", 995, 995),
    ("64G", 999, 999), ("129M", 950, 940), ("131076K", 940, 930), ("133000K", 940, 930),
    ("257M", 960, 950),
  ])
  func ext4(_ size: String, _ permille: UInt64, _ alignedPermille: UInt64) async throws {
    let folder = try TemporaryFolder()
    let image = folder("ext4.img")
    let report = try await make(image, size, [])
    #expect(report.largest_run.length * 1000 >= report.size * permille)
    #expect(report.largest_aligned_run.length * 1000 >= report.size * alignedPermille)
    #expect(report.largest_aligned_run.offset % (2 << 20) == 0)
    try await Tool.run("e2fsck", ["-fn", image]).expect(status: 0)
    #expect(try await freeRunOfDumpe2fs(image) * 4096 == report.largest_run.length)
  }

  @Test(arguments: [("8M", 985), ("16M", 990), ("300M", 995), ("4G", 998), ("64G", 999)])
  func ext4WithoutJournal(_ size: String, _ permille: UInt64) async throws {
    let folder = try TemporaryFolder()
    let image = folder("ext4.img")
    let report = try await make(image, size, ["--journal", "none"])
    #expect(report.largest_run.length * 1000 >= report.size * permille)
    try await Tool.run("e2fsck", ["-fn", image]).expect(status: 0)
  }

  @Test(arguments: [("300M", 720), ("4G", 975), ("64G", 995)])
  func xfs(_ size: String, _ permille: UInt64) async throws {
    let folder = try TemporaryFolder()
    let image = folder("xfs.img")
    let report = try await make(image, size, ["-t", "xfs", "-L", "lab el"])
    #expect(report.largest_run.length * 1000 >= report.size * permille)
    #expect(report.largest_aligned_run.offset % (2 << 20) == 0)
    try await Tool.run("xfs_repair", ["-n", image]).expect(status: 0)
  }

  /// Other alignments, journals, numbers of inodes, labels and UUIDs hold too.
  @Test(arguments: ["ext4", "xfs"])
  func choices(_ type: String) async throws {
    let folder = try TemporaryFolder()
    let image = folder("-chosen.img")
    let uuid = "01234567-89ab-cdef-0123-456789abcdef"
    let report = try await make(
      image, "512M",
      ["-t", type, "-U", uuid, "-L", "a'b", "--align", "64M", "--journal", "96M"]
        + (type == "ext4" ? ["--inodes", "4096"] : []))
    #expect(report.uuid == uuid)
    #expect(report.largest_aligned_run.offset % (64 << 20) == 0)
    let probe = try await Tool.require("blkid", ["-p", "-o", "export", image]).text
    #expect(probe.contains("\nUUID=\(uuid)\n"))
    #expect(probe.contains("LABEL=a\\'b\n"))
  }

  /// What the operator adds takes nothing away from the layout.
  @Test(
    arguments: [
      ("ext4", ["-E", "hash_seed=01234567-89ab-cdef-0123-456789abcdef"]),
      ("ext4", ["-O", "casefold,large_dir", "-v", "-E", "root_owner=1:2"]),
      ("xfs", ["-m", "bigtime=1", "-d", "projinherit=3", "-i", "maxpct=2", "-n", "ftype=1"]),
    ] as [(String, [String])])
  func extrasAreMerged(_ type: String, _ extra: [String]) async throws {
    let folder = try TemporaryFolder()
    let plain = try await make(folder("plain"), "512M", ["-t", type])
    let merged = try await Tool.require(
      Project.binary,
      ["mkfs", "--json", "--size", "512M", "-t", type, folder("merged"), "--"] + extra)
    let report = try JSONDecoder().decode(Report.self, from: Data(merged.output))
    #expect(report.largest_aligned_run.length + (2 << 20) >= plain.largest_aligned_run.length)
  }

  /// What is made is held against what was planned, and does not fall short of it.
  @Test(arguments: [
    ("ext4", ["9M"], "4K"), ("ext4", ["129M", "131076K", "133000K", "257M"], "2M"),
    ("ext4", ["2G", "16G"], "256M"), ("ext4", ["64G"], "1G"), ("xfs", ["300M", "1G"], "4K"),
    ("xfs", ["2G"], "256M"), ("xfs", ["16G"], "1G"), ("xfs", ["515M", "2T"], "2M"),
  ])
  func whatIsMadeKeepsThePromise(
    _ type: String, _ sizes: [String], _ alignment: String
  ) async throws {
    let folder = try TemporaryFolder()
    for size in sizes {
      _ = try await make(folder(size), size, ["-t", type, "--align", alignment])
    }
  }

  /// The longest run by another reader of the bitmaps.
  private func freeRunOfDumpe2fs(_ image: String) async throws -> UInt64 {
    var longest: UInt64 = 0
    var run: Range<UInt64> = 0..<0
    for line in try await Tool.require("dumpe2fs", [image]).text.split(separator: "\n") {
      guard line.hasPrefix("  Free blocks: ") else { continue }
      for range in line.dropFirst("  Free blocks: ".count).split(separator: ", ") {
        let ends = try range.split(separator: "-").map { try #require(UInt64($0)) }
        let (first, last) = (try #require(ends.first), try #require(ends.last))
        run = (first == run.upperBound ? run.lowerBound : first)..<last + 1
        longest = max(longest, run.upperBound - run.lowerBound)
      }
    }
    return longest
  }

  @Test(
    .enabled(if: Project.isRoot, "needs root: loop devices"),
    arguments: ["ext4", "xfs"])
  func mountedFilesAreAligned(_ type: String) async throws {
    let folder = try TemporaryFolder()
    let image = folder("device.img")
    try await Tool.require("truncate", ["--size", "400M", image])
    try await LoopDevice.with(image) { device in
      let result = try await Tool.iopmem(["mkfs", "-t", type, device.path])
      #expect(result.status == 0, "\(result.errors)")
      try await device.mounted(on: folder("mnt")) {
        let file = folder("mnt/buffer")
        try await Tool.require("fallocate", ["-l", "100M", file])
        let rows = try await Tool.require("filefrag", ["-v", file]).text.split(separator: "\n")
        let extents = rows.filter { $0.contains("..") }
        #expect(!extents.isEmpty)
        for extent in extents {
          // "0:        0..   25599:      65536..     91135:  25600:", in blocks.
          let columns = extent.split(separator: ":").map { $0.split(separator: ".") }
          let start = try #require(UInt64(columns[2][0].filter { $0 != " " }))
          #expect(start % 512 == 0, "\(extent)")
        }
      }
      let checker = type == "ext4" ? "e2fsck" : "xfs_repair"
      let options = type == "ext4" ? ["-fn"] : ["-n"]
      try await Tool.run(checker, options + [device.path]).expect(status: 0)
    }
  }

  @Test func documentsFitTheSchema() async throws {
    let folder = try TemporaryFolder()
    let image = folder("schema.img")
    for options in [
      ["-n", "--size", "64M"], ["--size", "64M", "-L", "label"], ["--force", "--journal", "none"],
    ] {
      let result = try await Tool.iopmem(["mkfs", "--json"] + options + [image])
      #expect(result.status == 0, "\(result.errors)")
      #expect(try await Schema.complaint(about: result.output, verb: "mkfs") == nil)
    }
  }

  @Test func mkfsByItsOtherNames() async throws {
    let folder = try TemporaryFolder()
    let image = folder("named.img")
    try await Tool.require("ln", ["-s", Project.binary, folder("mkfs.iopmem")])
    try await Tool.require("truncate", ["--size", "64M", image])
    let path = ["PATH": folder.path + ":/usr/sbin:/usr/bin:/sbin:/bin"]
    for (program, arguments) in [
      (folder("mkfs.iopmem"), ["-q"]), ("mkfs", ["-t", "iopmem", "-q", "-f"]),
    ] {
      let result = try await Tool.run(program, arguments + [image], environment: path)
      #expect(result.status == 0, "\(result.errors)")
      #expect(result.output.isEmpty)
    }
  }

  /// The smallest journal carries a load of small changes, and a crash.
  @Test(.enabled(if: Project.isRoot, "needs root: loop devices"))
  func smallestJournalRecovers() async throws {
    let folder = try TemporaryFolder()
    let image = folder("device.img")
    let crashed = folder("crashed.img")
    try await Tool.require("truncate", ["--size", "300M", image])
    try await LoopDevice.with(image) { device in
      try await Tool.iopmem(["mkfs", "--inodes", "8192", device.path]).expect(status: 0)
      try await device.mounted(on: folder("mnt")) {
        try await Tool.require(
          "sh",
          [
            "-e", "-c",
            "for i in $(seq 2000); do echo $i > \"$1/$i\"; done; sync; rm \"$1\"/1*; sync -f \"$1\"",
            "sh", folder("mnt"),
          ])
        // As the device is while mounted, is how a crash leaves it.
        try await Tool.require("cp", ["--sparse=always", image, crashed])
      }
    }
    try await Tool.run("e2fsck", ["-fy", crashed]).expect(status: 0...1)
    try await Tool.run("e2fsck", ["-fn", crashed]).expect(status: 0)
  }
}

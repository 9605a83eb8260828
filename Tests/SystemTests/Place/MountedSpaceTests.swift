import Linux
import SystemPackage
import TestSupport
import Testing

/// Where mounted file systems let files be put.
@Suite(.serialized, .enabled(if: Project.isRoot, "needs root: loop devices"))
struct MountedSpaceTests {
  @Test(arguments: ["ext4", "xfs"])
  func fragmentedSpaceIsUsedOrRefusedWithTheTruth(_ kind: String) async throws {
    let folder = try TemporaryFolder()
    var numbers = SplitMix64(seed: 5)
    let image = folder("volume")
    let mount = folder("mnt")
    let size = kind == "xfs" ? "320M" : "192M"
    try await Tool.require("truncate", ["-s", size, image])
    try await Tool.require("mkfs." + kind, ["-q", image])
    let fillers = kind == "xfs" ? 500 : 260
    try await LoopDevice.with(image) { device in
      let options = Placing.unhurried(kind)
      try await device.mounted(on: mount, options: options) {
        for index in 0..<fillers {
          let size = Int.random(in: 1...900_000, using: &numbers)
          try folder.write([UInt8](repeating: 7, count: size), to: "mnt/\(index)")
        }
        try await Tool.require("sync", [])
        let removals = (0..<fillers).filter { _ in Bool.random(using: &numbers) }
        try await Tool.require("rm", removals.map { "\(mount)/\($0)" })
      }
      var placed = 0
      var refused = 0
      for index in 0..<16 {
        let space = try await PeerFreeSpace.of(device.path, kind)
        let size = Int.random(in: 1...(16 << 20), using: &numbers)
        let unit = UInt64(1) << UInt64.random(in: 12...21, using: &numbers)
        let source = try folder.write(numbers.bytes(size), to: "source")
        let largest = space.largest(UInt64(size) >= unit ? unit : 4096)
        try await device.mounted(on: mount, options: options) {
          let path = "\(mount)/new\(index)"
          let result = try await Placing.place(["--align", "\(unit)", source, path])
          if result.status == 0 {
            placed += 1
            let found = try await Placing.runs(path)
            #expect(found.count == 1 && !found.flags.contains("unwritten"), "\(found)")
            #expect(UInt64(size) < unit || found.start % unit == 0)
            try await Tool.run("cmp", [source, path]).expect(status: 0)
          } else {
            #expect(try await Tool.run("ls", ["-A", mount]).text.contains("iopmem") == false)
            refused += 1
            #expect(result.status == 2, "\(result.errors)")
            #expect(Placing.largest(in: result.errors) == largest, "\(result.errors)")
            #expect(largest < UInt64(size))
            try await Tool.run("test", ["-e", path]).expect(status: 1)
          }
        }
        if kind == "ext4" { try await Placing.expectClean(device.path) }
        let left = try await PeerFreeSpace.of(device.path, kind)
        if largest < UInt64(size) {
          #expect(left.runs == space.runs, "a refusal changed the free space")
        }
      }
      #expect(placed > 2 && refused > 2, "\(placed) placed, \(refused) refused")
    }
  }

  @Test(arguments: ["ext4", "xfs"])
  func theLastAlignedRunIsFound(_ kind: String) async throws {
    let folder = try TemporaryFolder()
    try await Placing.mounted(kind, folder) { mount, _ in
      // One hole of 16 MiB in a full file system: nothing else can hold the file.
      try await Placing.place(["--size", "16M", mount + "/hole"]).expect(status: 0)
      var index = 0
      while try await Tool.run("fallocate", ["-l", "5M", "\(mount)/f\(index)"]).status == 0 {
        index += 1
      }
      for other in stride(from: 0, to: index, by: 7) {
        try await Tool.require("rm", ["\(mount)/f\(other)"])
      }
      try await Tool.require("rm", [mount + "/hole"])
      try await Tool.require("sync", ["-f", mount])
      let result = try await Placing.place(["--size", "16M", "--align", "4K", mount + "/again"])
      #expect(result.status == 0, "\(result.errors)")
      #expect(try await Placing.runs(mount + "/again").count == 1)
    }
  }

  @Test(arguments: ["ext4", "xfs"])
  func aFreeRunIsToldFromAnyPlaceInIt(_ kind: String) async throws {
    let folder = try TemporaryFolder()
    try await Placing.mounted(kind, folder) { mount, _ in
      for index in 0..<60 {
        try folder.write([UInt8](repeating: 7, count: 70_000), to: "mnt/\(index)")
      }
      try await Tool.require("sync", ["-f", mount])
      for index in stride(from: 0, to: 60, by: 2) {
        try await Tool.require("rm", ["\(mount)/\(index)"])
      }
      try await Tool.require("sync", ["-f", mount])
      let directory = try Descriptor(FilePath(mount), .readOnly, options: .directory)
      let device = try directory.status().device
      var runs: [Range<UInt64>] = []
      try directory.forEachFreeRun(on: device) { start, length in
        if let last = runs.last, last.upperBound == start {
          runs[runs.count - 1] = last.lowerBound..<start + length
        } else {
          runs.append(start..<start + length)
        }
      }
      #expect(runs.count > 20)
      for run in runs {
        for place in [
          run.lowerBound, run.lowerBound + (run.upperBound - run.lowerBound) / 8192 * 4096,
        ] {
          #expect(
            try directory.freeLength(from: place, on: device) == run.upperBound - place, "\(run)")
        }
        #expect(try directory.freeLength(from: run.upperBound, on: device) == 0, "\(run)")
      }
    }
  }

  @Test(arguments: ["ext4", "xfs"])
  func whatDoesNotFitChangesNothing(_ kind: String) async throws {
    let folder = try TemporaryFolder()
    try await Placing.mounted(kind, folder) { mount, _ in
      try await Tool.require("mkdir", [folder("tree")])
      try folder.write([1], to: "tree/a")
      try await Tool.require("truncate", ["-s", "480M", folder("tree/large")])
      try await Tool.require("mkfifo", [folder("fifo")])
      let before = try await Tool.require("df", ["--output=used", mount]).text
      for arguments in [
        ["--size", "1G", mount + "/x"], [folder("tree"), mount],
        [folder("tree/a"), folder("tree/large"), mount], [folder("tree/a"), folder("fifo"), mount],
      ] {
        let result = try await Placing.place(arguments)
        #expect(result.status == 1 || result.status == 2, "\(arguments) \(result.errors)")
        #expect(result.text.contains("\"files\":[],\"errors\":[{"), "\(result.text)")
      }
      try await Tool.require("sync", ["-f", mount])
      #expect(try await Tool.require("df", ["--output=used", mount]).text == before)
      let names = try await Tool.require("ls", ["-A", mount]).text
      #expect(names == (kind == "ext4" ? "lost+found\n" : ""))
    }
  }

  @Test func alignmentCountsFromTheDisk() async throws {
    let folder = try TemporaryFolder()
    let image = folder("disk")
    try await Tool.require("truncate", ["-s", "300M", image])
    try folder.write(Array("label: gpt\nstart=2056, size=500000\n".utf8), to: "table")
    try await Tool.require("sh", ["-c", "sfdisk -q \(image) < \(folder("table"))"])
    try await LoopDevice.with(image) { device in
      let partition = device.path + "p1"
      try await Tool.require("partx", ["--add", device.path])
      try await Tool.require("mke2fs", ["-q", "-t", "ext4", partition])
      let offset = try await Tool.iopmem([
        "place", "--no-bar", "--json", "--image", partition, "--size", "4M", "/offline",
      ])
      #expect(offset.status == 0, "\(offset.errors)")
      #expect(try PlacementDocument(offset).files.first?.disk_offset.map { $0 % Placing.pmd } == 0)
      try await Placing.expectClean(partition)
      try await Tool.require("mkdir", [folder("mnt")])
      try await Tool.require("mount", [partition, folder("mnt")])
      let online = try await Tool.iopmem([
        "place", "--no-bar", "--json", "--size", "4M", folder("mnt/online"),
      ])
      let held = try await Tool.iopmem([
        "place", "--no-bar", "--image", partition, "--size", "4M", "/x",
      ])
      let physical = try await Placing.runs(folder("mnt/online")).start
      try await Tool.require("umount", [folder("mnt")])
      #expect(online.status == 0, "\(online.errors)")
      #expect(held.status == 2, "\(held.errors)")
      let start = try #require(try PlacementDocument(online).files.first?.disk_offset)
      #expect(start % Placing.pmd == 0 && start == physical + 2056 * 512)
      try await Tool.require("partx", ["--delete", device.path])
    }
  }
}

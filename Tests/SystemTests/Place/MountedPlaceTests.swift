import struct Linux.Descriptor
import SystemPackage
import TestSupport
import Testing

/// Placement into mounted file systems.
@Suite(.serialized, .enabled(if: Project.isRoot, "needs root: loop devices"))
struct MountedPlaceTests {
  private func mounted(
    _ kind: String, _ folder: TemporaryFolder, size: String = "512M",
    _ body: (_ mount: String, _ device: LoopDevice) async throws -> Void
  ) async throws {
    let image = folder("volume")
    try await Tool.require("truncate", ["-s", size, image])
    try await Tool.require(
      kind == "xfs" ? "mkfs.xfs" : "mke2fs",
      kind == "xfs" ? ["-q", image] : ["-q", "-t", "ext4", image])
    try await LoopDevice.with(image) { device in
      try await device.mounted(on: folder("mnt")) { try await body(folder("mnt"), device) }
    }
    if kind == "ext4" { try await Placing.expectClean(image) }
  }

  private func place(_ arguments: [String]) async throws -> Tool {
    try await Tool.iopmem(["place", "--no-bar", "--json"] + arguments)
  }

  /// The runs of a file, by filefrag(8): physical offset and flags.
  private func runs(_ path: String) async throws -> (start: UInt64, count: Int, flags: String) {
    let text = try await Tool.require("filefrag", ["-v", "-b4096", path]).text
    let lines = text.split(separator: "\n").filter { $0.contains("..") }
    let first = lines.first?.split(separator: ":").map { $0.filter { !$0.isWhitespace } }
    let start = first.flatMap { UInt64($0[2].prefix { $0.isNumber }) } ?? 0
    let count = text.split(separator: "\n").last?.split(separator: " ").compactMap { Int($0) }.last
    return (start * 4096, count ?? -1, lines.joined())
  }

  @Test(arguments: ["ext4", "xfs"])
  func treesComeOutAsTheyWentIn(_ kind: String) async throws {
    let folder = try TemporaryFolder()
    var numbers = SeededNumbers(2)
    let tree = try await Placing.makeTree(in: folder, &numbers)
    try await mounted(kind, folder) { mount, _ in
      let result = try await place([tree, mount])
      #expect(result.status == 0, "\(result.errors)")
      let copy = mount + "/tree"
      let difference = try await Tool.run("diff", ["-r", "--no-dereference", tree, copy])
      #expect(difference.status == 0, "\(difference.text)\(difference.errors)")
      for file in try PlacementDocument(result).files
      where file.size > 0 && !file.path.contains("\u{FFFD}") {
        let found = try await runs(file.path)
        #expect(found.count == 1 && found.start == file.disk_offset, "\(file.path)")
        #expect(!found.flags.contains("unwritten"))
        if file.size >= Placing.pmd { #expect(found.start % Placing.pmd == 0) }
      }
      #expect(try await place(["--preserve", tree, mount + "/kept"]).status == 0)
      let format = "%P %y %m %U %G %T@ %l"
      let kept = try await Placing.listing(mount + "/kept", format)
      #expect(try await Placing.listing(tree, format) == kept)
      let usual = try await Placing.listing(copy, "%P %m")
      #expect(try await Placing.listing(tree, "%P %m") == usual)
      #expect(try await Tool.require("ls", ["-A", mount]).text.contains("iopmem-place") == false)
    }
  }

  @Test(arguments: ["ext4", "xfs"])
  func fragmentedSpaceIsUsedOrRefusedWithTheTruth(_ kind: String) async throws {
    let folder = try TemporaryFolder()
    var numbers = SeededNumbers(5)
    let image = folder("volume")
    let mount = folder("mnt")
    let size = kind == "xfs" ? "320M" : "192M"
    try await Tool.require("truncate", ["-s", size, image])
    try await Tool.require("mkfs." + kind, ["-q", image])
    let fillers = kind == "xfs" ? 500 : 260
    try await LoopDevice.with(image) { device in
      try await device.mounted(on: mount) {
        for index in 0..<fillers {
          let size = Int.random(in: 1...900_000, using: &numbers)
          try folder.write([UInt8](repeating: 7, count: size), to: "mnt/\(index)")
        }
        try await Tool.require("sync", [])
        for index in 0..<fillers where Bool.random(using: &numbers) {
          try await Tool.require("rm", ["\(mount)/\(index)"])
        }
      }
      var placed = 0
      var refused = 0
      for index in 0..<16 {
        let space = try await PeerFreeSpace.of(device.path, kind)
        let size = Int.random(in: 1...(16 << 20), using: &numbers)
        let unit = UInt64(1) << UInt64.random(in: 12...21, using: &numbers)
        let source = try folder.write(numbers.bytes(size), to: "source")
        let largest = space.largest(UInt64(size) >= unit ? unit : 4096)
        try await device.mounted(on: mount) {
          let path = "\(mount)/new\(index)"
          let result = try await place(["--align", "\(unit)", source, path])
          if result.status == 0 {
            placed += 1
            let found = try await runs(path)
            #expect(found.count == 1 && !found.flags.contains("unwritten"), "\(found)")
            #expect(UInt64(size) < unit || found.start % unit == 0)
            #expect(try await Tool.run("cmp", [source, path]).status == 0)
          } else {
            #expect(try await Tool.run("ls", ["-A", mount]).text.contains("iopmem") == false)
            refused += 1
            #expect(result.status == 2, "\(result.errors)")
            #expect(Placing.largest(in: result.errors) == largest, "\(result.errors)")
            #expect(largest < UInt64(size))
            #expect(try await Tool.run("test", ["-e", path]).status == 1)
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
    try await mounted(kind, folder) { mount, _ in
      // One hole of 16 MiB in a full file system: nothing else can hold the file.
      #expect(try await place(["--size", "16M", mount + "/hole"]).status == 0)
      var index = 0
      while try await Tool.run("fallocate", ["-l", "5M", "\(mount)/f\(index)"]).status == 0 {
        index += 1
      }
      for other in stride(from: 0, to: index, by: 7) {
        try await Tool.require("rm", ["\(mount)/f\(other)"])
      }
      try await Tool.require("rm", [mount + "/hole"])
      try await Tool.require("sync", ["-f", mount])
      let result = try await place(["--size", "16M", "--align", "4K", mount + "/again"])
      #expect(result.status == 0, "\(result.errors)")
      #expect(try await runs(mount + "/again").count == 1)
    }
  }

  @Test(arguments: ["ext4", "xfs"])
  func whatDoesNotFitChangesNothing(_ kind: String) async throws {
    let folder = try TemporaryFolder()
    try await mounted(kind, folder) { mount, _ in
      try await Tool.require("mkdir", [folder("tree")])
      try folder.write([1], to: "tree/a")
      try await Tool.require("truncate", ["-s", "480M", folder("tree/large")])
      try await Tool.require("mkfifo", [folder("fifo")])
      let before = try await Tool.require("df", ["--output=used", mount]).text
      for arguments in [
        ["--size", "1G", mount + "/x"], [folder("tree"), mount],
        [folder("tree/a"), folder("tree/large"), mount], [folder("tree/a"), folder("fifo"), mount],
      ] {
        let result = try await place(arguments)
        #expect(result.status == 1 || result.status == 2, "\(arguments) \(result.errors)")
        #expect(result.output.isEmpty)
      }
      try await Tool.require("sync", ["-f", mount])
      #expect(try await Tool.require("df", ["--output=used", mount]).text == before)
      let names = try await Tool.require("ls", ["-A", mount]).text
      #expect(names == (kind == "ext4" ? "lost+found\n" : ""))
    }
  }

  /// Who is not root can move no directory that he may not write, nor empty it.
  @Test func directoriesThatNobodyMayWrite() async throws {
    let folder = try TemporaryFolder()
    try await mounted("ext4", folder) { mount, _ in
      try await Tool.require("chmod", ["755", folder("")])
      try await Tool.require("chmod", ["777", mount])
      try await Tool.require("mkdir", ["-p", folder("tree/below")])
      try await Tool.require("cp", [try folder.write([1], to: "one"), folder("tree/below/file")])
      try await Tool.require("chmod", ["555", folder("tree"), folder("tree/below")])
      let nobody = [
        "--reuid=65534", "--regid=65534", "--clear-groups", Project.binary, "place", "--no-bar",
      ]
      let tree = folder("tree")
      #expect(try await Tool.run("setpriv", nobody + [tree, mount]).status == 0)
      let copies = [mount + "/tree", mount + "/tree/below"]
      let modes = try await Tool.require("stat", ["-c", "%a"] + copies)
      #expect(modes.text == "555\n555\n")
      // What fails on the way leaves nothing that the next could not remove.
      let full = try await Tool.run("setpriv", nobody + [tree, folder("one"), mount + "/none"])
      #expect(full.status == 1, "\(full.errors)")
      #expect(try await Tool.run("setpriv", nobody + [tree, folder("one"), mount]).status == 1)
      #expect(try await Tool.require("ls", ["-A", mount]).text == "lost+found\ntree\n")
    }
  }

  @Test(arguments: ["ext4", "xfs"])
  func namesThatExist(_ kind: String) async throws {
    let folder = try TemporaryFolder()
    try await mounted(kind, folder) { mount, _ in
      let one = try folder.write([1], to: "one")
      let two = try folder.write([2, 2], to: "two")
      #expect(try await place([one, mount + "/file"]).status == 0)
      #expect(try await place([two, mount + "/file"]).status == 1)
      #expect(try folder.read("mnt/file") == [1])
      #expect(try await place(["--force", two, mount + "/file"]).status == 0)
      #expect(try folder.read("mnt/file") == [2, 2])
      // A link is replaced, not written through.
      try await Tool.require("ln", ["-s", one, mount + "/link"])
      #expect(try await place(["--force", two, mount + "/link"]).status == 0)
      #expect(try folder.read("one") == [1])
      #expect(try folder.read("mnt/link") == [2, 2])
      // One name that is taken: the other is not given either.
      let both = try await place([one, two, mount])
      #expect(both.status == 0, "\(both.errors)")
      try await Tool.require("rm", [mount + "/one"])
      #expect(try await place([one, two, mount]).status == 1)
      #expect(try await Tool.run("test", ["-e", mount + "/one"]).status == 1)
      try await Tool.require("mkdir", [mount + "/directory"])
      #expect(try await place(["--force", one, two, mount + "/directory"]).status == 0)
      try await Tool.require("mkdir", [mount + "/directory/three"])
      try folder.write([3], to: "three")
      #expect(try await place(["--force", folder("three"), mount + "/directory"]).status == 2)
      try await Tool.require("ln", ["-s", one, folder("alias")])
      #expect(try await place([folder("alias"), mount]).status == 2)
    }
  }

  @Test func whatIsNoDestinationIsRefused() async throws {
    let folder = try TemporaryFolder()
    try await mounted("ext4", folder) { mount, _ in
      let one = try folder.write([1], to: "one")
      // A mount that was forgotten: no peer reaches this file.
      let elsewhere = try await Tool.iopmem(["place", one, mount + "/file"])
      #expect(elsewhere.status == 2, "\(elsewhere.errors)")
      #expect(elsewhere.errors.contains("--no-bar"), "\(elsewhere.errors)")
      let text = try await Tool.iopmem(["place", "--no-bar", one, mount + "/file"])
      #expect(text.text.contains("DISK-OFFSET") && !text.text.contains("BAR"), "\(text.text)")
      for (arguments, why) in [
        ([one, mount + "/missing/"], "is no directory"), ([one, mount + "/file/"], "directory"),
        (["--size", "8M", mount], "is a directory"),
        (["--size", "8M", mount + "/x/"], "directory"),
      ] {
        let result = try await place(arguments)
        #expect(result.status == 1, "\(arguments) \(result.errors)")
        #expect(result.errors.contains(why), "\(arguments) \(result.errors)")
      }
      #expect(try await Tool.require("ls", ["-A", mount]).text == "file\nlost+found\n")
      // As with cp(1), a tree may get a name that ends so.
      try await Tool.require("mkdir", [folder("tree")])
      #expect(try await place([folder("tree"), mount + "/tree/"]).status == 0)
    }
  }

  /// What has got a name only while the copy was made is not what was found to be replaceable.
  @Test func whatIsNewIsNotReplaced() async throws {
    let folder = try TemporaryFolder()
    try await mounted("ext4", folder) { mount, _ in
      try await Tool.require("truncate", ["-s", "120M", folder("source")])
      for names in [["old"], ["first", "old"]] {
        let sources = names.map { folder($0) }
        for source in sources { try await Tool.require("cp", [folder("source"), source]) }
        let destination = names.count == 1 ? mount + "/old" : mount
        let race = """
          \(Project.binary) place --no-bar --force \(sources.joined(separator: " ")) \(destination) &
          tries=0
          until [ -e "$1" ] || [ $tries -gt 99999 ]; do
            set -- \(mount)/.iopmem-place.*
            tries=$((tries + 1))
          done
          kill -STOP $!
          cd \(mount) && rm old && mkdir old && touch old/precious
          kill -CONT $!
          wait $!
          """
        // It may be over before anybody looks.
        var result: Tool
        var tries = 0
        repeat {
          try await Tool.require("rm", ["-rf", mount + "/first", mount + "/old"])
          try await Tool.require("touch", [mount + "/first", mount + "/old"])
          result = try await Tool.run("sh", ["-c", race])
          tries += 1
        } while result.status == 0 && tries < 20
        #expect(result.status == 1 && result.errors.contains("exchanged"), "\(result.errors)")
        #expect(try await Tool.run("test", ["-e", mount + "/old/precious"]).status == 0)
        #expect(try await Tool.run("test", ["-s", mount + "/first"]).status == 1)
        #expect(try await Tool.require("ls", ["-A", mount]).text.contains("iopmem") == false)
      }
    }
  }

  @Test func killedInTheMiddleAndCleanedLater() async throws {
    let folder = try TemporaryFolder()
    try await mounted("ext4", folder, size: "2G") { mount, _ in
      try await Tool.require("mkdir", [folder("tree")])
      for index in 0..<8 {
        try await Tool.require("truncate", ["-s", "120M", folder("tree/\(index)")])
      }
      let before = try await Tool.require("df", ["--output=used", mount]).text
      var killed = 0
      // What is killed leaves its directory behind, so those come last.
      for signal in ["TERM", "KILL"] {
        for delay in ["0.05", "0.1", "0.2"] {
          let result = try await Tool.run(
            "timeout",
            ["-s", signal, delay, Project.binary, "place", "--no-bar", folder("tree"), mount])
          #expect(try await Tool.run("test", ["-e", mount + "/tree"]).status == 1)
          if result.status != 0 { killed += 1 }
          if signal == "TERM" {
            let names = try await Tool.require("ls", ["-A", mount]).text
            #expect(names == "lost+found\n", "\(names)")
          }
        }
      }
      #expect(killed == 6)
      // timeout(1) does not wait for what it killed, which may hold its lock a moment longer.
      try await Tool.require("sleep", ["1"])
      #expect(try await place(["--size", "0", mount + "/nothing"]).status == 0)
      #expect(try await Tool.require("ls", ["-A", mount]).text == "lost+found\nnothing\n")
      try await Tool.require("sync", ["-f", mount])
      #expect(try await Tool.require("df", ["--output=used", mount]).text == before)
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
      let physical = try await runs(folder("mnt/online")).start
      try await Tool.require("umount", [folder("mnt")])
      #expect(online.status == 0, "\(online.errors)")
      #expect(held.status == 2, "\(held.errors)")
      let start = try #require(try PlacementDocument(online).files.first?.disk_offset)
      #expect(start % Placing.pmd == 0 && start == physical + 2056 * 512)
      try await Tool.require("partx", ["--delete", device.path])
    }
  }
}

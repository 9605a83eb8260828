import TestSupport
import Testing

/// Placement into mounted file systems.
@Suite(.serialized, .enabled(if: Project.isRoot, "needs root: loop devices"))
struct MountedPlaceTests {
  @Test(arguments: ["ext4", "xfs"])
  func treesComeOutAsTheyWentIn(_ kind: String) async throws {
    let folder = try TemporaryFolder()
    var numbers = SplitMix64(seed: 2)
    let tree = try await Placing.makeTree(in: folder, &numbers)
    try await Placing.mounted(kind, folder) { mount, _ in
      let result = try await Placing.place([tree, mount])
      #expect(result.status == 0, "\(result.errors)")
      let copy = mount + "/tree"
      let difference = try await Tool.run("diff", ["-r", "--no-dereference", tree, copy])
      #expect(difference.status == 0, "\(difference.text)\(difference.errors)")
      for file in try PlacementDocument(result).files
      where file.size > 0 && !file.path.contains("\u{FFFD}") {
        let found = try await Placing.runs(file.path)
        #expect(found.count == 1 && found.start == file.disk_offset, "\(file.path)")
        #expect(!found.flags.contains("unwritten"))
        if file.size >= Placing.pmd { #expect(found.start % Placing.pmd == 0) }
      }
      try await Placing.place(["--preserve", tree, mount + "/kept"]).expect(status: 0)
      let format = "%P %y %m %U %G %T@ %l"
      let kept = try await Placing.listing(mount + "/kept", format)
      #expect(try await Placing.listing(tree, format) == kept)
      let usual = try await Placing.listing(copy, "%P %m")
      #expect(try await Placing.listing(tree, "%P %m") == usual)
      #expect(try await Tool.require("ls", ["-A", mount]).text.contains("iopmem-place") == false)
    }
  }

  /// Who is not root can move no directory that he may not write, nor empty it.
  @Test func directoriesThatNobodyMayWrite() async throws {
    let folder = try TemporaryFolder()
    try await Placing.mounted("ext4", folder) { mount, _ in
      try await Tool.require("chmod", ["755", folder("")])
      try await Tool.require("chmod", ["777", mount])
      try await Tool.require("mkdir", ["-p", folder("tree/below")])
      try await Tool.require("cp", [try folder.write([1], to: "one"), folder("tree/below/file")])
      try await Tool.require("chmod", ["555", folder("tree"), folder("tree/below")])
      let nobody = [
        "--reuid=65534", "--regid=65534", "--clear-groups", Project.binary, "place", "--no-bar",
      ]
      let tree = folder("tree")
      try await Tool.run("setpriv", nobody + [tree, mount]).expect(status: 0)
      let copies = [mount + "/tree", mount + "/tree/below"]
      let modes = try await Tool.require("stat", ["-c", "%a"] + copies)
      #expect(modes.text == "555\n555\n")
      // What fails on the way leaves nothing that the next could not remove.
      let full = try await Tool.run("setpriv", nobody + [tree, folder("one"), mount + "/none"])
      #expect(full.status == 1, "\(full.errors)")
      try await Tool.run("setpriv", nobody + [tree, folder("one"), mount]).expect(status: 1)
      #expect(try await Tool.require("ls", ["-A", mount]).text == "lost+found\ntree\n")
    }
  }

  @Test func killedInTheMiddleAndCleanedLater() async throws {
    let folder = try TemporaryFolder()
    try await Placing.mounted("ext4", folder, size: "2G") { mount, _ in
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
          try await Tool.run("test", ["-e", mount + "/tree"]).expect(status: 1)
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
      try await Placing.place(["--size", "0", mount + "/nothing"]).expect(status: 0)
      #expect(try await Tool.require("ls", ["-A", mount]).text == "lost+found\nnothing\n")
      try await Tool.require("sync", ["-f", mount])
      #expect(try await Tool.require("df", ["--output=used", mount]).text == before)
    }
  }
}

import TestSupport
import Testing

/// The names that files get in mounted file systems.
@Suite(.serialized, .enabled(if: Project.isRoot, "needs root: loop devices"))
struct MountedNamesTests {
  @Test(arguments: ["ext4", "xfs"])
  func namesThatExist(_ kind: String) async throws {
    let folder = try TemporaryFolder()
    try await Placing.mounted(kind, folder) { mount, _ in
      let one = try folder.write([1], to: "one")
      let two = try folder.write([2, 2], to: "two")
      try await Placing.place([one, mount + "/file"]).expect(status: 0)
      try await Placing.place([two, mount + "/file"]).expect(status: 1)
      #expect(try folder.read("mnt/file") == [1])
      try await Placing.place(["--force", two, mount + "/file"]).expect(status: 0)
      #expect(try folder.read("mnt/file") == [2, 2])
      // A link is replaced, not written through.
      try await Tool.require("ln", ["-s", one, mount + "/link"])
      try await Placing.place(["--force", two, mount + "/link"]).expect(status: 0)
      #expect(try folder.read("one") == [1])
      #expect(try folder.read("mnt/link") == [2, 2])
      // One name that is taken: the other is not given either.
      let both = try await Placing.place([one, two, mount])
      #expect(both.status == 0, "\(both.errors)")
      try await Tool.require("rm", [mount + "/one"])
      try await Placing.place([one, two, mount]).expect(status: 1)
      try await Tool.run("test", ["-e", mount + "/one"]).expect(status: 1)
      try await Tool.require("mkdir", [mount + "/directory"])
      try await Placing.place(["--force", one, two, mount + "/directory"]).expect(status: 0)
      try await Tool.require("mkdir", [mount + "/directory/three"])
      try folder.write([3], to: "three")
      try await Placing.place(["--force", folder("three"), mount + "/directory"]).expect(status: 2)
      try await Tool.require("ln", ["-s", one, folder("alias")])
      try await Placing.place([folder("alias"), mount]).expect(status: 2)
    }
  }

  @Test func whatIsNoDestinationIsRefused() async throws {
    let folder = try TemporaryFolder()
    try await Placing.mounted("ext4", folder) { mount, _ in
      let one = try folder.write([1], to: "one")
      // A mount that was forgotten: no peer reaches this file.
      let elsewhere = try await Tool.iopmem(["place", one, mount + "/file"])
      #expect(elsewhere.status == 2, "\(elsewhere.errors)")
      #expect(elsewhere.errors.contains("--no-bar"), "\(elsewhere.errors)")
      let text = try await Tool.iopmem(["place", "--no-bar", one, mount + "/file"])
      #expect(text.text.contains("DISK-OFFSET") && !text.text.contains("BAR"), "\(text.text)")
      for (arguments, why) in [
        ([one, mount + "/missing/"], "there is no such directory"),
        ([one, mount + "/file/"], "directory"),
        (["--size", "8M", mount], "is a directory"),
        (["--size", "8M", mount + "/x/"], "directory"),
      ] {
        let result = try await Placing.place(arguments)
        #expect(result.status == 1, "\(arguments) \(result.errors)")
        #expect(result.errors.contains(why), "\(arguments) \(result.errors)")
      }
      #expect(try await Tool.require("ls", ["-A", mount]).text == "file\nlost+found\n")
      // As with cp(1), a tree may get a name that ends so.
      try await Tool.require("mkdir", [folder("tree")])
      try await Placing.place([folder("tree"), mount + "/tree/"]).expect(status: 0)
    }
  }

  /// By whatever path: a copy of a tree in itself would be in the tree the next time.
  @Test func noTreeIsPlacedIntoItself() async throws {
    let folder = try TemporaryFolder()
    try await Placing.mounted("ext4", folder) { mount, _ in
      let tree = mount + "/tree"
      try await Tool.require("mkdir", ["-p", tree + "/sub", folder("bound"), mount + "/tree2"])
      try await Tool.require("ln", ["-s", tree + "/sub", folder("link")])
      try await Tool.require("mount", ["--bind", tree + "/sub", folder("bound")])
      try folder.write([1], to: "mnt/tree/file")
      let before = try await Tool.require("find", [mount]).text
      for destination in [
        tree, tree + "/", tree + "/new", tree + "/sub", folder("link"), folder("bound"),
        mount + "/tree2/../tree/sub",
      ] {
        for options in [[], ["--update"], ["--force"]] {
          let refused = try await Placing.place(options + [tree, destination])
          #expect(refused.status == 2, "\(destination) \(refused.errors)")
          #expect(refused.errors.contains("lies in the source"), "\(refused.errors)")
        }
      }
      #expect(try await Tool.require("find", [mount]).text == before)
      try await Tool.require("umount", [folder("bound")])
      try await Placing.place([tree, mount + "/tree2"]).expect(status: 0)
    }
  }

  /// Nor is it replaced where nothing had the name, and what is said of it does not advise --force.
  @Test func whatComesMeanwhileIsNotReplaced() async throws {
    let folder = try TemporaryFolder()
    try await Placing.mounted("ext4", folder) { mount, _ in
      try await Tool.require("truncate", ["-s", "120M", folder("one")])
      try await Tool.require("truncate", ["-s", "1M", folder("two")])
      for sources in [[folder("one")], [folder("two"), folder("one")]] {
        let race = """
          free=$(stat -f -c %f \(mount))
          \(Project.binary) place --no-bar --force \(sources.joined(separator: " ")) \(mount) &
          tries=0
          until [ $((free - $(stat -f -c %f \(mount)))) -gt 25000 ] || [ $tries -gt 9999 ]; do
            tries=$((tries + 1))
          done
          kill -STOP $!
          [ -e \(mount)/one ] || echo precious >\(mount)/one
          kill -CONT $!
          wait $!
          """
        // It may be over before anybody looks.
        var result: Tool
        var tries = 0
        repeat {
          try await Tool.require("rm", ["-rf", mount + "/one", mount + "/two"])
          try await Tool.require("sync", ["-f", mount])
          result = try await Tool.run("sh", ["-c", race])
          tries += 1
        } while result.status == 0 && tries < 20
        #expect(result.status == 1 && result.errors.contains("meanwhile"), "\(result.errors)")
        #expect(!result.errors.contains("--force"), "\(result.errors)")
        #expect(try folder.read("mnt/one") == Array("precious\n".utf8))
        try await Tool.run("test", ["-e", mount + "/two"]).expect(status: 1)
      }
    }
  }

  /// What has got a name only while the copy was made is not what was found to be replaceable.
  @Test func whatIsNewIsNotReplaced() async throws {
    let folder = try TemporaryFolder()
    try await Placing.mounted("ext4", folder) { mount, _ in
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
        try await Tool.run("test", ["-e", mount + "/old/precious"]).expect(status: 0)
        try await Tool.run("test", ["-s", mount + "/first"]).expect(status: 1)
        #expect(try await Tool.require("ls", ["-A", mount]).text.contains("iopmem") == false)
      }
    }
  }
}

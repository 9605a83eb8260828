import TestSupport
import Testing

/// What --preserve keeps beside permissions, owner and times.
@Suite(.serialized, .enabled(if: Project.isRoot, "needs root: loop devices"))
struct PreservedAttributesTests {
  /// An access control list of version 2: owner rw, user 1000 rw, group none, mask rw, others none.
  private static let list =
    "0x02000000" + "01000600ffffffff" + "02000600e8030000" + "04000000ffffffff"
    + "10000600ffffffff" + "20000000ffffffff"

  private func mounted(
    _ kind: String, _ folder: TemporaryFolder, _ name: String = "mnt",
    _ body: (_ mount: String) async throws -> Void
  ) async throws {
    let image = folder(name + ".img")
    let size = kind == "xfs" ? "320M" : "64M"
    try await Tool.require(
      Project.binary, ["mkfs", "--quiet", "-t", kind, "--size", size, image])
    try await LoopDevice.with(image) { device in
      try await device.mounted(on: folder(name)) { try await body(folder(name)) }
    }
    if kind == "ext4" { try await Placing.expectClean(image) }
  }

  private func place(_ arguments: String...) async throws -> Tool {
    try await Tool.iopmem(["place", "--no-bar", "--quiet", "--preserve"] + arguments)
  }

  private func shell(_ script: String) async throws -> String {
    try await Tool.require("sh", ["-ec", script]).text
  }

  /// Every attribute of everything below a folder, and its permissions.
  private func attributes(below folder: String) async throws -> String {
    try await shell(
      """
      cd \(folder)
      find . -print0 | sort -z | xargs -0 getfattr --no-dereference -d -m - -e hex
      find . -printf '%p %m\\n' | sort
      """)
  }

  @Test(arguments: ["ext4", "xfs"])
  func allAreKept(_ kind: String) async throws {
    let folder = try TemporaryFolder()
    try await mounted(kind, folder) { mount in
      _ = try await shell(
        """
        mkdir \(mount)/from \(mount)/to
        cd \(mount)/from
        mkdir -p tree/sub
        echo 1 > tree/file
        cp tree/file tree/sub/plain
        ln -s file tree/link
        for name in tree tree/sub tree/file; do
          setfattr -n user.note -v "a note" $name
          setfattr -n trusted.empty $name
          setfattr -n system.posix_acl_access -v \(Self.list) $name
        done
        setfattr -n system.posix_acl_default -v \(Self.list) tree tree/sub
        setfattr -n security.capability -v 0x0100000200040000000000000000000000000000 tree/file
        setfattr -h -n trusted.link -v 1 tree/link
        """)
      let tree = try await place(mount + "/from/tree", mount + "/to")
      #expect(tree.status == 0, "\(tree.errors)")
      let kept = try await attributes(below: mount + "/to")
      #expect(try await attributes(below: mount + "/from") == kept)
      for name in ["user.note", "trusted.link", "security.capability", "posix_acl_default"] {
        #expect(kept.contains(name), "\(kept)")
      }
      let file = try await place(mount + "/from/tree/file", mount + "/alone")
      #expect(file.status == 0, "\(file.errors)")
      let dump = "getfattr -d -m - -e hex --absolute-names"
      let alone = try await shell("\(dump) \(mount)/alone | tail -n +2")
      #expect(try await shell("\(dump) \(mount)/from/tree/file | tail -n +2") == alone)
    }
  }

  /// A directory's list for what is made in it gives nobody rights that the source did not give.
  @Test(arguments: ["ext4", "xfs"])
  func listsOfTheDestinationAreNotHandedOn(_ kind: String) async throws {
    let folder = try TemporaryFolder()
    try await mounted(kind, folder) { mount in
      _ = try await shell(
        """
        mkdir -p \(mount)/from/tree \(mount)/to
        echo 1 > \(mount)/from/tree/file
        setfattr -n system.posix_acl_default -v \(Self.list) \(mount)/to
        """)
      for source in ["tree", "tree/file"] {
        let result = try await place("\(mount)/from/\(source)", mount + "/to")
        #expect(result.status == 0, "\(result.errors)")
      }
      let below = try await shell(
        "cd \(mount)/to; find . -mindepth 1 -print0 | xargs -0 getfattr -d -m -")
      #expect(!below.contains("posix_acl"), "\(below)")
    }
  }

  /// Ext4 holds no more of a file's attributes than a block.
  @Test func whatTheDestinationCannotHoldIsRefused() async throws {
    let folder = try TemporaryFolder()
    try await mounted("xfs", folder, "from") { from in
      try await mounted("ext4", folder, "to") { to in
        _ = try await shell(
          """
          mkdir -p \(from)/tree
          echo 1 > \(from)/tree/file
          ln -s file \(from)/tree/link
          """)
        let large = "$(head -c 6000 /dev/zero | tr '\\0' x)"
        for (holder, sources) in [("tree/file", ["tree", "tree/file"]), ("tree", ["tree"])] {
          _ = try await shell("setfattr -n user.large -v \(large) \(from)/\(holder)")
          for source in sources {
            let result = try await place("\(from)/\(source)", to)
            #expect(result.status == 2, "\(result.errors)")
            let said = "cannot be given the extended attribute user.large of 6000 bytes"
            #expect(result.errors.contains(said), "\(result.errors)")
            #expect(try await shell("ls -A \(to) | grep -v lost+found || true").isEmpty)
          }
          _ = try await shell("setfattr -x user.large \(from)/\(holder)")
        }
      }
    }
  }

  @Test func imagesRefuseThem() async throws {
    let folder = try TemporaryFolder()
    try await mounted("ext4", folder) { mount in
      let image = folder("image")
      _ = try await shell(
        """
        echo 1 > \(mount)/file
        setfattr -n user.note -v 1 \(mount)/file
        \(Project.binary) mkfs --quiet --size 64M \(image)
        """)
      let kept = try await Tool.iopmem(["place", "-p", "--image", image, mount + "/file", "/"])
      #expect(kept.status == 2, "\(kept.errors)")
      #expect(kept.errors.contains("would lose its extended attribute user.note"))
      let plain = try await Tool.iopmem(["place", "--image", image, mount + "/file", "/"])
      #expect(plain.status == 0, "\(plain.errors)")
    }
  }
}

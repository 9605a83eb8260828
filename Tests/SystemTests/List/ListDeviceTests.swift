import TestSupport
import Testing

/// `iopmem list` on real block devices, held against lsblk(8) and blkid(8).
@Suite(.enabled(if: Project.isRoot, "needs root: loop devices"), .serialized)
struct ListDeviceTests {
  @Test func whatBlkidFinds() async throws {
    let folder = try TemporaryFolder()
    for (type, options) in [("ext4", ["-q", "-L", "a \"b\""]), ("xfs", ["-q", "-L", "label"])] {
      let image = folder(type)
      try await Tool.require("truncate", ["-s", "320M", image])
      try await Tool.require("mkfs." + type, options + [image])
      try await LoopDevice.with(image) { device in
        let uuid = try await Tool.require(
          "blkid", ["-p", "-o", "value", "-s", "UUID", device.path])
        let result = try await Tool.iopmem(["list", "--json", device.path])
        // A loop device has no window, which is said; the rest of the row stands.
        #expect(result.status == 2, "\(result.errors)")
        #expect(result.errors.hasPrefix("iopmem: \(device.path): is a loop device"))
        #expect(result.text.contains("\"filesystem\":\"\(type)\",\"label\":"))
        #expect(result.text.contains("\"uuid\":\"\(uuid.text.prefix { !$0.isNewline })\""))
        #expect(result.text.contains("\"length\":335544320,"))
        let complaint = try await Schema.complaint(about: result.output, verb: "list")
        #expect(complaint == nil)
      }
    }
  }

  @Test func labelThatIsNoText() async throws {
    let folder = try TemporaryFolder()
    try await Tool.require("truncate", ["-s", "16M", folder("image")])
    try await Tool.require(
      "sh", ["-c", "mkfs.ext4 -q -L \"$(printf 'a\\377')\" \(folder("image"))"])
    try await LoopDevice.with(folder("image")) { device in
      let json = try await Tool.iopmem(["list", "--json", device.path])
      #expect(json.text.contains("\"label\":\"a\u{FFFD}\",\"label_hex\":\"61ff\""))
      let table = try await Tool.iopmem(["list", device.path])
      #expect(table.text.contains("\"a\\xff\""))
    }
  }

  @Test func mountPointsThatCouldForgeARow() async throws {
    let folder = try TemporaryFolder()
    try await Tool.require("truncate", ["-s", "16M", folder("image")])
    try await Tool.require("mkfs.ext4", ["-q", folder("image")])
    try await LoopDevice.with(folder("image")) { device in
      try await device.mounted(on: folder("a b\niopmem9 \\040")) {
        let table = try await Tool.iopmem(["list", device.path])
        #expect(table.text.split(separator: "\n").count == 2)
        #expect(table.text.contains("/a b\\niopmem9 \\\\040\"  "))
      }
    }
  }

  @Test func partitionsAsLsblkShowsThem() async throws {
    let folder = try TemporaryFolder()
    try await Tool.require("truncate", ["-s", "16M", folder("image")])
    try await LoopDevice.with(folder("image"), partitions: true) { device in
      // Not every kernel reads partition tables; every one can be told.
      try await Tool.require("addpart", [device.path, "1", "2048", "8192"])
      try await Tool.require("addpart", [device.path, "2", "10240", "4096"])
      let theirs = try await Tool.require(
        "lsblk", ["--noheadings", "--raw", "--bytes", "--output", "NAME,SIZE", device.path])
      let ours = try await Tool.iopmem(["list", "--json", device.path])
      let rows = theirs.text.split(separator: "\n").map { $0.split(separator: " ") }
      #expect(rows.count == 3)
      for row in rows {
        #expect(ours.text.contains("{\"name\":\"\(row[0])\","))
        #expect(ours.text.contains("\"length\":\(row[1]),"))
      }
    }
  }

  /// Other tests' devices come and go, partitions under the numbers of those just removed; loop
  /// disks only come, and this one and its partitions stay.
  @Test func allOfThem() async throws {
    func loopDisks() async throws -> Set<Substring> {
      let names = try await Tool.require("ls", ["/sys/dev/block"])
      return Set(names.text.split(separator: "\n").filter { $0.hasPrefix("7:") })
    }
    let folder = try TemporaryFolder()
    try await Tool.require("truncate", ["-s", "16M", folder("image")])
    try await LoopDevice.with(folder("image"), partitions: true) { device in
      try await Tool.require("addpart", [device.path, "1", "2048", "8192"])
      try await Tool.require("addpart", [device.path, "2", "10240", "4096"])
      let before = try await loopDisks()
      let text = try await Tool.iopmem(["list", "--all", "--json"]).text
      let after = try await loopDisks()
      func values(of key: String) -> Set<Substring> {
        Set(text.split(separator: "\"\(key)\":\"").dropFirst().map { $0.prefix { $0 != "\"" } })
      }
      let name = device.path.dropFirst("/dev/".count)
      #expect(values(of: "name").isSuperset(of: [name, name + "p1", name + "p2"]))
      let ours = values(of: "number").filter { $0.hasPrefix("7:") }
      #expect(before.subtracting(ours).isEmpty)
      #expect(ours.subtracting(after).isEmpty)
    }
  }

  /// Without permission to open a device its row stands, and it is said what is missing.
  @Test func asAnybody() async throws {
    let folder = try TemporaryFolder()
    try await Tool.require("chmod", ["755", folder.path])
    try await Tool.require("cp", [Project.binary, folder("iopmem")])
    try await Tool.require("truncate", ["-s", "16M", folder("image")])
    try await Tool.require("mkfs.ext4", ["-q", folder("image")])
    try await LoopDevice.with(folder("image")) { device in
      let result = try await Tool.run(
        "setpriv",
        ["--reuid", "65534", "--clear-groups", folder("iopmem"), "list", "--json", "--all"])
      // Another test's device can be half detached at that moment, which is refused: 2.
      #expect([1, 2].contains(result.status), "\(result.errors)")
      #expect(result.text.contains("{\"name\":\"\(device.path.dropFirst("/dev/".count))\","))
      #expect(
        result.errors.contains("iopmem: \(device.path): cannot look for a file system: Permission"))
    }
  }
}

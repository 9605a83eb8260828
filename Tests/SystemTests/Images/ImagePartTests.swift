import FoundationEssentials
import TestSupport
import Testing

/// File systems in a part of an image, whose other bytes are not touched.
@Suite struct ImagePartTests {
  private let image: PartitionedImage
  private var path: String { image.path }

  init() async throws { image = try await PartitionedImage() }

  @Test(arguments: PartitionedImage.Kind.allCases)
  func nothingOutsideIsWritten(_ kind: PartitionedImage.Kind) async throws {
    try await image.partition(kind)
    let before = try await image.surroundings(of: kind)
    let name = "\(path)@\(kind.number)"
    try await Tool.iopmem(["mkfs", "--dry-run", name]).expect(status: 0)
    try await Tool.iopmem(["mkfs", "--if-blank", "-L", "part", name]).expect(status: 0)
    let again = try await Tool.iopmem(["mkfs", "--if-blank", "--json", "-L", "part", name])
    #expect(
      try await again.filtered("[.changed, .image_offset, .size]")
        == "[false,\(kind.start),\(kind.length)]")
    #expect(try await Schema.complaint(about: again.output, verb: "mkfs") == nil)
    try await Tool.iopmem(["place", "--image", name, image.source, "/a"]).expect(status: 0)
    let map = try await Tool.iopmem(
      ["fiemap", "--json", "--image", name, "--base", "0xc0000000", "/a"])
    map.expect(status: 0)
    #expect(try await Schema.complaint(about: map.output, verb: "fiemap") == nil)
    #expect(try await map.filtered(".files[0].image_offset") == "\(kind.start)")
    let start = try #require(
      UInt64(try await map.filtered(".files[0].segments[0].bar_offset")))
    #expect(start.isMultiple(of: 2 << 20))
    #expect(
      try await map.filtered(".files[0].segments[0].bus_address")
        == "\"0x\(String(0xc000_0000 + start, radix: 16))\"")
    try await Tool.require("cmp", ["-i", "\(start):0", "-n", "3000000", path, image.source])
    #expect(try await image.surroundings(of: kind) == before)
    try await Tool.require(
      "sh", ["-c", "e2fsck -fn \"$1?offset=$2\"", "sh", path, "\(kind.start)"])
    let drawn = try await Tool.iopmem(["map", "--json", name])
    #expect(try await drawn.filtered(".devices[0].bar_offset") == "\(kind.start)")
    // By its offset it is the same.
    let other = try await Tool.iopmem(
      [
        "fiemap", "--json", "--image", path, "--image-offset", "\(kind.start)", "--base",
        "0xc0000000", "/a",
      ])
    #expect(other.output == map.output)
    let saved = try image.folder.write(map.output, to: "map.json")
    try await Tool.iopmem(["verify", "--map", saved, "--base", "0xc0000000"]).expect(status: 0)
    try await Tool.iopmem(["mkfs", "--force", name]).expect(status: 0)
    #expect(try await image.surroundings(of: kind) == before)
  }

  @Test func atAnOffsetOfAnImageWithoutATable() async throws {
    try await image.clear()
    let part = PartitionedImage.Kind.gpt
    let before = try await image.surroundings(of: part)
    let place = ["--image-offset", "\(part.start)"]
    try await Tool.iopmem(["mkfs"] + place + [path]).expect(status: 2)
    try await Tool.iopmem(["mkfs"] + place + ["--image-length", "\(part.length)", path])
      .expect(status: 0)
    try await Tool.iopmem(["place", "--image", path] + place + [image.source, "/a"])
      .expect(status: 0)
    #expect(try await image.surroundings(of: part) == before)
    let map = try await Tool.iopmem(["fiemap", "--json", "--image", path] + place + ["/a"])
    let start = try await map.filtered(".files[0].segments[0].bar_offset")
    try await Tool.require("cmp", ["-i", "\(start):0", "-n", "3000000", path, image.source])
  }

  /// The kernel's own map, of a loop device over the part.
  @Test(.enabled(if: Project.isRoot, "needs root: loop devices"))
  func theKernelSaysTheSame() async throws {
    let kind = PartitionedImage.Kind.dosLogical
    try await image.partition(kind)
    let name = "\(path)@\(kind.number)"
    try await Tool.iopmem(["mkfs", name]).expect(status: 0)
    try await Tool.iopmem(["place", "--image", name, image.source, "/a"]).expect(status: 0)
    let map = try await Tool.iopmem(["fiemap", "--csv", "--image", name, "/a"])
    let offset = try #require(map.text.split(separator: "\n").last).split(separator: ",")
    let script = """
      device=$(losetup --find --show --read-only --offset \(kind.start) \\
        --sizelimit \(kind.length) "$1")
      mkdir "$2" && mount -o ro,noload "$device" "$2"
      filefrag -v -b1 "$2/a" | sed -n 's/^ *0: *0\\.\\. *[0-9]*: *\\([0-9]*\\)\\.\\..*/\\1/p'
      "$3" mkfs --force "$1@\(kind.number)"; echo $?
      umount "$2"; losetup --detach "$device"
      """
    let kernel = try await Tool.require(
      "sh", ["-c", script, "sh", path, image.folder("mnt"), Project.binary])
    let lines = kernel.text.split(separator: "\n")
    #expect(lines.count == 2 && lines[1] == "2", "\(kernel.text)\(kernel.errors)")
    let physical = try #require(UInt64(lines[0]))
    #expect(
      offset.contains(Substring("\(kind.start + physical)"))
        || offset.contains(Substring("0x" + String(kind.start + physical, radix: 16))),
      "\(map.text)")
    #expect(kernel.errors.contains("is in use: attached to"), "\(kernel.errors)")
  }

  @Test func refused() async throws {
    try await image.partition(.dosLogical)
    func expect(_ arguments: [String], _ words: String) async throws {
      let before = try await digest(of: path)
      let result = try await Tool.iopmem(arguments)
      result.expect(status: 2)
      #expect(result.errors.contains(words), "\(result.errors)")
      #expect(try await digest(of: path) == before)
    }
    try await expect(["mkfs", path + "@9"], "has no partition 9, but 1, 2, 5")
    try await expect(["mkfs", path + "@2"], "only holds other partitions")
    try await expect(["mkfs", path + "@1"], "holds data that nothing recognises, at byte 1048576")
    try await expect(["mkfs", "-t", "xfs", path + "@5"], "mkfs.xfs makes no file system in a part")
    try await expect(["mkfs", "--size", "64M", path + "@5"], "leave out --size, which makes")
    try await expect(
      ["mkfs", "--image-offset", "4M", path], "no partition begins at byte 4194304")
    try await expect(
      ["fiemap", "--image", path + "@1", "/a"], "holds no file system that is known")
    try await Tool.require("sfdisk", ["-q", "--part-type", path, "5", "82"])
    try await expect(["mkfs", path + "@5"], "is for swap space by its type")
    try await Tool.require("truncate", ["--size", "40M", path])
    try await expect(["mkfs", path + "@5"], "partition 5 passes the end of the image")
    try await Tool.require("sfdisk", ["-q", "--delete", path])
    try await expect(["mkfs", path + "@1"], "has no partition 1, but an empty table")
    try await image.clear()
    try await expect(["mkfs", path + "@1"], "holds no partition table")
  }

  @Test func ofATableThatIsTooLong() async throws {
    let existing = try #require(
      ExistingContentCase.others.first { $0.name.hasPrefix("a GPT of") })
    let disk = try await existing.make(in: image.folder)
    let refused = try await Tool.iopmem(["mkfs", disk + "@1"])
    refused.expect(status: 2)
    #expect(refused.errors.contains("table of more than 4 MiB"), "\(refused.errors)")
  }

  @Test func inAFileSystemThatIsAllOfTheImage() async throws {
    let whole = image.folder("whole.img")
    try await Tool.iopmem(["mkfs", "--size", "64M", whole]).expect(status: 0)
    let refused = try await Tool.iopmem(["mkfs", "--image-offset", "32M", whole])
    refused.expect(status: 2)
    #expect(refused.errors.contains("as a whole"), "\(refused.errors)")
    try await Tool.require("e2fsck", ["-fn", whole])
  }

  /// A file of the very name is meant, where there is one.
  @Test func namesWithAnAt() async throws {
    try await image.partition(.gpt)
    let named = path + "@2"
    try await Tool.require("truncate", ["--size", "64M", named])
    try await Tool.iopmem(["mkfs", named]).expect(status: 0)
    try await Tool.require("e2fsck", ["-fn", named])
    try await Tool.require("rm", [named])
    let new = image.folder("new@3")
    try await Tool.iopmem(["mkfs", "--size", "64M", new]).expect(status: 0)
    try await Tool.require("e2fsck", ["-fn", new])
    let absent = try await Tool.iopmem(["fiemap", "--image", image.folder("absent@1"), "/a"])
    #expect(absent.errors.contains("absent@1"), "\(absent.errors)")
  }

  @Test func aNameThatLibext2fsWouldTakeApart() async throws {
    let other = image.folder("image")
    let named = image.folder("image?offset=1")
    for path in [other, named] {
      try await Tool.iopmem(["mkfs", "--size", "64M", path]).expect(status: 0)
    }
    try await Tool.iopmem(["place", "--image", other, image.source, "/a"]).expect(status: 0)
    try await Tool.iopmem(["fiemap", "--image", named, "/a"]).expect(status: 1)
  }

  @Test func misused() async throws {
    for arguments in [
      ["mkfs", "--image-length", "4M", path], ["fiemap", "--image-offset", "4M", "/a"],
      ["place", "--image-offset", "4M", "a", "b"], ["map", "--image-offset", "4M"],
    ] { try await Tool.iopmem(arguments).expect(status: 64) }
  }

  @Test(.enabled(if: Project.isRoot, "needs root: loop devices"))
  func aDeviceHasPartitionsOfItsOwn() async throws {
    try await image.partition(.gpt)
    try await LoopDevice.with(path) { device in
      let refused = try await Tool.iopmem(["mkfs", device.path + "@2"])
      refused.expect(status: 2)
      #expect(refused.errors.contains("name the partition's own device"), "\(refused.errors)")
    }
  }
}

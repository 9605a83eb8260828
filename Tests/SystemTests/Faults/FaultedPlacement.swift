import TestSupport
import Testing

/// What is placed, over what, and what a run may leave of it.
struct FaultedPlacement {
  let folder: TemporaryFolder
  /// A file system that holds `old`, and has not met any fault.
  let pristine: String
  let kind: Volume.Kind
  /// The names that come in, with their bytes.
  let new: [String: [UInt8]]
  let old: [UInt8]

  var image: String { folder("volume") }
  var mount: String { folder("mnt") }

  /// One file, or all at once: one that replaces another, one that comes in beside it, a large one, a tree.
  func sources(_ isSingle: Bool, tree: Bool) -> [String] {
    let names = isSingle ? ["large"] : ["old", "fresh", "large"] + (tree ? ["tree"] : [])
    return names.map { folder("src/" + $0) }
  }

  init(_ kind: Volume.Kind, _ options: [String] = []) async throws {
    folder = try TemporaryFolder()
    self.kind = kind
    pristine = folder("pristine")
    var numbers = SplitMix64(seed: 3)
    old = numbers.bytes(70_001)
    new = [
      "old": numbers.bytes(150_007), "fresh": numbers.bytes(4097),
      "large": numbers.bytes(2 << 20 + 5), "tree/leaf": numbers.bytes(3333),
    ]
    try await Tool.require("mkdir", ["-p", folder("src/tree"), folder("was"), folder("mnt")])
    for (name, bytes) in new { try folder.write(bytes, to: "src/" + name) }
    let was = try folder.write(old, to: "was/old")
    try await Tool.require("truncate", ["-s", kind == .xfs ? "320M" : "64M", pristine])
    try await Tool.require(
      kind == .xfs ? "mkfs.xfs" : "mke2fs",
      (kind == .xfs ? ["-q"] : ["-q", "-t", "ext4", "-b", "4096"]) + options + [pristine])
    if kind == .xfs {
      try await Tool.require("mount", ["-o", "loop", pristine, mount])
      try await Tool.require("cp", [was, mount])
      try await Tool.require("umount", [mount])
    } else {
      try await Tool.require(Project.binary, ["place", "-q", "--image", pristine, was, "/old"])
    }
  }

  /// Brings the file system back to where it was.
  func reset() async throws {
    try await Tool.require("cp", ["--sparse=always", pristine, image])
  }

  /// Unmounts the file system, if it is mounted, and waits until the kernel is done with it: a program that was
  /// killed may hold it a moment longer, and another test may have a copy of the mount in a namespace of its own.
  func unmount() async throws {
    try await Tool.require(
      "sh",
      [
        "-c",
        """
        for n in $(seq 600); do
          ! mountpoint -q "$0" || umount "$0" 2>/dev/null
          [ -n "$(losetup -j "$1")" ] || exit 0
          sleep 0.05
        done
        exit 1
        """, mount, image,
      ])
  }

  /// Reads a file of the image; nil if it is not there.
  func bytesInImage(_ name: String) async throws -> [UInt8]? {
    let tool = try await Tool.require("debugfs", ["-R", "cat /\(name)", image])
    return tool.errors.contains("File not found") ? nil : tool.output
  }

  /// Whether e2fsck(8) found files without a name.
  func hasLostFiles() async throws -> Bool {
    try await Tool.require("debugfs", ["-R", "ls -p /lost+found", image]).text.contains("/#")
  }

  /// Reads a file of the mount; nil if it is not there.
  func bytesInMount(_ name: String) async throws -> [UInt8]? {
    let tool = try await Tool.run("cat", [mount + "/" + name])
    return tool.status == 0 ? tool.output : nil
  }

  /// Each name has what it had or what it is to have, and all are alike unless the run told of it.
  func expectWholeOrNothing(
    _ names: [String], after result: Tool, _ note: String,
    _ read: (String) async throws -> [UInt8]?
  ) async throws {
    var isNew: Set<Bool> = []
    for name in names {
      let bytes = try await read(name)
      isNew.insert(bytes == new[name])
      #expect(bytes == new[name] || bytes == (name == "old" ? old : nil), "\(name) after \(note)")
    }
    if result.status == 0 {
      #expect(isNew == [true], "\(note)")
    } else if result.status != Faults.killed {
      // Of a call that was made, and is said to have failed, nobody knows better.
      #expect(
        isNew != [true] || note.contains("done, and told") || result.errors.contains("placed")
          || result.errors.contains("e2fsck"),
        "\(note)")
    }
    let isTold = result.status == Faults.killed || result.errors.contains("cannot be taken back")
    #expect(isNew.count == 1 || isTold, "\(note)")
  }

  /// The file system has no mistake.
  func expectClean(_ note: String) async throws {
    let check =
      try await kind == .xfs
      ? Tool.run("xfs_repair", ["-n", image]) : Tool.run("e2fsck", ["-fn", image])
    #expect(check.status == 0, "\(check.text)\(check.errors) after \(note)")
  }

  /// How many blocks and inodes are free. Blocks of ext4 that list a file's extents count as free: the kernel
  /// takes one now and then for a list that would fit into the inode, and keeps it.
  func free() async throws -> [Substring] {
    if kind == .xfs {
      return try await Tool.require(
        "xfs_db", ["-r", "-c", "sb 0", "-c", "print fdblocks icount ifree", image]
      ).text.split(separator: "\n")
    }
    var lists = 0
    for name in new.keys {
      let text = try await Tool.require("debugfs", ["-R", "stat /\(name)", image]).text
      lists += text.matches(of: /\(ETB\d+\)/).count
    }
    return try await Tool.require("dumpe2fs", ["-h", image]).text.split(separator: "\n")
      .filter { $0.hasPrefix("Free ") }
      .map { line in
        guard line.hasPrefix("Free blocks"),
          let count = line.split(separator: " ").last.flatMap({ Int($0) })
        else { return line }
        return "Free blocks: \(count + lists)"
      }
  }
}

import FoundationEssentials
import TestSupport
import Testing

/// A tree that is placed over itself again and again leaves the free space in pieces, and a small
/// file system few inodes to look for a run with.
@Suite(.enabled(if: Project.isRoot, "needs root: loop devices"))
struct ReplacedTreeTests {
  @Test func aSmallFileSystemTakesItEveryTime() async throws {
    let folder = try TemporaryFolder()
    var trees: [[String]] = []
    for version in UInt8(1)...2 {
      let tree = folder("tree\(version)")
      try FileManager.default.createDirectory(atPath: tree, withIntermediateDirectories: true)
      trees.append(
        try (1...12).map { number in
          let bytes = Data(repeating: version, count: number * number * number * 1031)
          try bytes.write(to: URL(fileURLWithPath: "\(tree)/\(number)"))
          return "\(tree)/\(number)"
        })
    }
    let image = folder("volume")
    try await Tool.require(Project.binary, ["mkfs", "--quiet", "--size", "128M", image])
    try await LoopDevice.with(image) { device in
      try await device.mounted(on: folder("mnt")) {
        for round in 0..<(Project.isLong ? 60 : 10) {
          let placed = try await Tool.iopmem(
            ["place", "--no-bar", "--quiet", "--force"] + trees[round % 2] + [folder("mnt")])
          #expect(placed.status == 0, "round \(round): \(placed.errors)")
        }
      }
    }
    try await Placing.expectClean(image)
  }
}

import FoundationEssentials
import TestSupport
import Testing

/// What mkfs.iopmem says is free can be placed, mounted, whatever happened before.
@Suite(.serialized, .enabled(if: Project.isRoot, "needs root: loop devices"))
struct PlacementPromiseTests {
  private struct Made: Decodable {
    struct Run: Decodable { let length: UInt64 }
    let largest_aligned_run: Run
  }

  /// What was there before the large file.
  enum History: String, CaseIterable {
    case none, placedAndRemoved, nineOfTen, small, ordinary
  }

  /// Sizes, of which fractions in percent are placed one after the other, each removed again.
  static let table: [(kind: String, size: String, percents: [UInt64])] = [
    ("ext4", "300M", [98]), ("ext4", "512M", [30, 55, 90, 98]), ("ext4", "1G", [85, 98]),
    ("ext4", "2G", [98]), ("xfs", "512M", [55, 98]), ("xfs", "1G", [98]),
  ]

  private func place(_ arguments: [String]) async throws {
    let result = try await Tool.iopmem(["place", "--no-bar", "--quiet"] + arguments)
    #expect(result.status == 0, "\(arguments) \(result.errors)")
  }

  private func withVolume(
    _ kind: String, _ size: String,
    _ body: (_ mount: String, _ promise: UInt64) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    let image = folder("volume")
    let made = try await Tool.require(
      Project.binary, ["mkfs", "--json", "-t", kind, "--size", size, image])
    let promise = try JSONDecoder().decode(Made.self, from: Data(made.output))
      .largest_aligned_run.length
    try await LoopDevice.with(image) { device in
      try await device.mounted(on: folder("mnt")) { try await body(folder("mnt"), promise) }
    }
    if kind == "ext4" { try await Placing.expectClean(image) }
  }

  @Test(arguments: table)
  func whatIsPromisedIsPlaced(_ kind: String, _ size: String, _ percents: [UInt64]) async throws {
    try await withVolume(kind, size) { mount, promise in
      for percent in percents {
        try await place(["--size", "\(promise / 100 * percent)", mount + "/large"])
        // Nothing waits until what was removed is free.
        _ = try await Tool.run("rm", [mount + "/large"])
      }
    }
  }

  @Test(arguments: ["ext4", "xfs"], History.allCases)
  func whateverHappenedBefore(_ kind: String, _ history: History) async throws {
    try await withVolume(kind, "512M") { mount, promise in
      let tenth = "\(promise / 10)"
      switch history {
      case .none: break
      case .placedAndRemoved:
        try await place(["--size", "300M", mount + "/a"])
        try await Tool.require("rm", [mount + "/a"])
        try await place(["--size", "300M", mount + "/a"])
        try await Tool.require("rm", [mount + "/a"])
      case .nineOfTen:
        for index in 0..<9 { try await place(["--size", tenth, "\(mount)/\(index)"]) }
        // The hole that one leaves is just as long as the next.
        try await Tool.require("rm", [mount + "/4"])
        try await place(["--size", tenth, mount + "/4"])
        try await Tool.require("sh", ["-c", "rm \(mount)/[0-9]"])
      case .small:
        for size in ["3", "5000", "70000", "1M"] {
          try await place(["--size", size, mount + "/small" + size])
        }
      case .ordinary:
        let script = "echo 1 > a; mkdir b; echo 2 > b/c; mkdir b/d; cp a b/d"
        try await Tool.require("sh", ["-c", "cd \(mount); \(script)"])
      }
      let percent: UInt64 = history == .ordinary ? 95 : 97
      try await place(["--size", "\(promise / 100 * percent)", mount + "/large"])
    }
  }

  /// A file of three bytes does not come to lie amid the large region.
  @Test func smallFilesSplitNothing() async throws {
    try await withVolume("ext4", "1G") { mount, promise in
      try await place(["--size", "3", mount + "/placed"])
      try await Tool.require("sh", ["-c", "echo > \(mount)/written"])
      for name in ["placed", "written"] {
        let text = try await Tool.require("filefrag", ["-v", "-b4096", "\(mount)/\(name)"]).text
        let line = try #require(text.split(separator: "\n").first { $0.contains("..") })
        let start = try #require(
          UInt64(
            line.split(separator: ":")[2].split(separator: ".")[0]
              .filter { $0 != " " }))
        #expect(start < 4 * 2048, "\(name) \(start)")
      }
    }
  }
}

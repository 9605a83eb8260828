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
    case none, placedAndRemoved, nineOfTen, small, ordinary, cameAndWent
  }

  /// Fractions, in percent of the promise, that are placed one after the other, each removed again.
  struct Row: CustomTestStringConvertible {
    let kind: String
    let size: String
    var history = History.none
    var percents: [UInt64] = [98]

    var testDescription: String { "\(kind) \(size) \(history) \(percents)" }
  }

  /// What is tried each time.
  static let few = [
    Row(kind: "ext4", size: "400M", history: .cameAndWent),
    Row(kind: "ext4", size: "512M", history: .placedAndRemoved, percents: [55, 98]),
    Row(kind: "xfs", size: "512M", history: .nineOfTen, percents: [97]),
    Row(kind: "ext4", size: "1G"),
  ]

  /// What is tried besides where there is time.
  static let many =
    [
      Row(kind: "ext4", size: "300M"), Row(kind: "ext4", size: "512M", percents: [30, 55, 90, 98]),
      Row(kind: "ext4", size: "1G", percents: [85, 98]), Row(kind: "ext4", size: "2G"),
      Row(kind: "ext4", size: "1G", history: .cameAndWent),
      Row(kind: "xfs", size: "512M", percents: [55, 98]), Row(kind: "xfs", size: "1G"),
    ]
    + ["ext4", "xfs"].flatMap { kind in
      History.allCases.map { history in
        let isOrdinary = history == .ordinary
        return Row(
          kind: kind, size: "512M", history: history, percents: [isOrdinary ? 95 : 97])
      }
    }

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
      try await device.mounted(on: folder("mnt"), options: Placing.unhurried(kind)) {
        try await body(folder("mnt"), promise)
      }
    }
    if kind == "ext4" { try await Placing.expectClean(image) }
  }

  @Test(arguments: Project.isLong ? few + many : few)
  func whatIsPromisedIsPlaced(_ row: Row) async throws {
    try await withVolume(row.kind, row.size) { mount, promise in
      try await make(row.history, mount, promise)
      for percent in row.percents {
        try await place(["--size", "\(promise / 100 * percent)", mount + "/large"])
        // Nothing waits until what was removed is free.
        try await Tool.require("rm", [mount + "/large"])
      }
    }
  }

  private func make(_ history: History, _ mount: String, _ promise: UInt64) async throws {
    let tenth = "\(promise / 10)"
    switch history {
    case .none: break
    case .placedAndRemoved:
      for _ in 0..<2 {
        try await place(["--size", "\(promise / 10 * 6)", mount + "/a"])
        try await Tool.require("rm", [mount + "/a"])
      }
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
    case .cameAndWent:
      // On each processor: ext4 keeps blocks in advance for each.
      let script = """
        cd \(mount)
        mkdir a
        head -c 5M /dev/zero | split -b 30000 -a 4 - a/s
        for processor in $(seq 0 $(($(nproc) - 1))); do
          taskset -c $processor cp -r a copy$processor
          sync -f .
        done
        rm -r a copy*
        """
      try await Tool.require("sh", ["-ec", script])
    }
  }

  /// Where small files stay on xfs, any run that is free beside them is placed, and no more is promised.
  @Test func whatIsFreeBesideFilesThatStayIsPlaced() async throws {
    let folder = try TemporaryFolder()
    let image = folder("volume")
    let mount = folder("mnt")
    try await Tool.require(
      Project.binary, ["mkfs", "--quiet", "-t", "xfs", "--size", "320M", image])
    try await LoopDevice.with(image) { device in
      try await device.mounted(on: mount) {
        var numbers = SplitMix64(seed: 3)
        for index in 0..<100 {
          let size = [3, 4000, 20_000, 100_000, 700_000].randomElement(using: &numbers) ?? 3
          try folder.write([UInt8](repeating: 7, count: size), to: "mnt/\(index)")
        }
        try await Tool.require("sync", ["-f", mount])
        let leaving = (0..<100).filter { _ in Int.random(in: 0..<5, using: &numbers) > 0 }
        try await Tool.require("rm", leaving.map { "\(mount)/\($0)" })
      }
      for unit in [65_536, 4096, Placing.pmd] {
        let largest = try await PeerFreeSpace.xfs(device.path).largest(unit)
        let (file, align) = ("\(mount)/\(largest)", ["--align", "\(unit)"])
        try await device.mounted(on: mount) {
          let more = try await Placing.place(align + ["--size", "\(largest + unit)", file])
          #expect(more.status == 2, "\(unit) \(more.errors)")
          #expect(Placing.largest(in: more.errors) == largest, "\(unit) \(more.errors)")
          try await place(align + ["--size", "\(largest)", file])
        }
      }
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

  @Test func whatExt4KeepsForItselfIsNotFree() async throws {
    try await withVolume("ext4", "512M") { mount, promise in
      try await place(["--size", "\(promise / 100 * 98)", mount + "/large"])
      let kept = try await Tool.iopmem(["place", "--no-bar", "--size", "4M", mount + "/more"])
      #expect(kept.status == 1 && kept.errors.contains("are free for files"), "\(kept.errors)")
    }
  }
}

import struct Linux.Descriptor
import SystemPackage
import TestSupport
import Testing

/// The power goes at any moment of a placement, and the device had kept its latest writes in any order: names
/// have the whole file or what they had, and what was told to be placed is.
@Suite(.serialized, .enabled(if: RecordedDevice.obstacle == nil, RecordedDevice.obstacle))
struct PowerCutTests {
  /// How many cuts there are of each placement.
  private static let count = Project.isLong ? 1000 : 3

  @Test(arguments: InterruptedPlacement.Kind.allCases)
  func namesHaveAllOrNothing(_ kind: InterruptedPlacement.Kind) async throws {
    let placement = try await InterruptedPlacement(kind)
    let writes = try await writes(of: placement)
    var numbers = SplitMix64(seed: 29)
    let cuts = PowerCut.drawn(Self.count, of: writes, &numbers)
    let scene = placement.scene
    let lasting = scene.folder("lasting")
    try await Tool.require("cp", ["--sparse=always", scene.pristine, lasting])
    var written = 0
    for cut in cuts {
      try keep(writes[written..<cut.lasting], in: lasting)
      written = cut.lasting
      try await Tool.require("cp", ["--sparse=always", lasting, scene.image])
      try keep(cut.kept.map { writes[$0] }, in: scene.image)
      let isEnd = cut.lasting == writes.count
      try await placement.expectUsable(
        isEnd: isEnd, isCutOff: placement.isMounted || !isEnd, "\(kind): \(cut)")
    }
    #expect(!cuts.isEmpty)
    if Project.isLong { print("\(kind): \(writes.count) writes, \(cuts.count) power cuts") }
  }

  /// In the order of the device's flushes, whatever cuts are drawn.
  @Test func aTreeIsNamedWhenItIsWhole() async throws {
    let writes = try await writes(of: InterruptedPlacement(.image))
    func flushes(before name: String) throws -> Int {
      let first = try #require(
        writes.firstIndex {
          if case .bytes(let bytes, _) = $0 { bytes.contains(Array(name.utf8)) } else { false }
        })
      return writes[..<first].count { if case .flush = $0 { true } else { false } }
    }
    // The name in the tree, and one beside the tree.
    #expect(try flushes(before: "leaf") < flushes(before: "fresh"))
  }

  /// What a placement told the device until it had ended.
  private func writes(of placement: InterruptedPlacement) async throws -> [DeviceWrite] {
    let scene = placement.scene
    try await scene.reset()
    var whole = 0
    let writes = try await RecordedDevice.record(scene.image, in: scene.folder) { device in
      if placement.isMounted { try await Tool.require("mount", [device.path, scene.mount]) }
      let result = try await placement.place(into: device.path)
      // Before unmounting makes more of it last.
      whole = try device.writes().count
      if placement.isMounted { try await Tool.require("umount", [scene.mount]) }
      result.expect(status: 0)
    }
    try #require(whole > 20, "no writes were recorded")
    // What was recorded is what the device has.
    let again = scene.folder("again")
    try await Tool.require("cp", ["--sparse=always", scene.pristine, again])
    try keep(writes, in: again)
    try await Tool.require("cmp", [again, scene.image])
    return Array(writes.prefix(whole))
  }

  private func keep(_ writes: some Sequence<DeviceWrite>, in path: String) throws {
    let file = try Descriptor(FilePath(path), .readWrite)
    for case .bytes(let bytes, let offset) in writes {
      try file.write(bytes, at: UInt64(offset))
    }
  }
}

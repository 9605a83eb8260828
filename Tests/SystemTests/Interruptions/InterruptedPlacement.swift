import TestSupport
import Testing

/// Placements that are cut off, and a look at what is left of each.
struct InterruptedPlacement {
  /// What is placed, and over what.
  let scene: FaultedPlacement
  /// Whether it goes to a mount, or to an image that nobody uses.
  let isMounted: Bool
  /// Whether a kernel that mounts it brings it into order by itself.
  let hasJournal: Bool

  /// Where placements go, and with which options of its maker.
  enum Kind: CaseIterable {
    case ext4, ext4WithoutJournal, xfs, image

    var isMounted: Bool { self != .image }
  }

  init(_ kind: Kind) async throws {
    scene = try await FaultedPlacement(
      kind == .xfs ? .xfs : .ext4, kind == .ext4WithoutJournal ? ["-O", "^has_journal"] : [])
    isMounted = kind.isMounted
    hasJournal = kind == .ext4 || kind == .xfs
  }

  /// Runs one into the mount, or into an image or a device.
  /// - Parameter limit: the seconds after which it is killed, if it has not ended.
  func place(into image: String? = nil, killedAfter limit: Double? = nil) async throws -> Tool {
    // A tree that is there is not placed over.
    let isThere = try await bytes("tree/leaf") != nil
    let place = isMounted ? [] : ["--image", image ?? scene.image]
    let arguments =
      ["place", "--no-bar", "--force"] + place + scene.sources(false, tree: !isThere)
      + [isMounted ? scene.mount : "/"]
    guard let limit else { return try await Tool.iopmem(arguments) }
    return try await Tool.run("timeout", ["-s", "KILL", "\(limit)", Project.binary] + arguments)
  }

  private func bytes(_ name: String) async throws -> [UInt8]? {
    try await isMounted ? scene.bytesInMount(name) : scene.bytesInImage(name)
  }

  /// Mounts the image, if that is how placements go to it.
  func mount() async throws {
    guard isMounted else { return }
    try await Tool.require("mount", ["-o", "loop", scene.image, scene.mount])
  }

  /// Each name has what it had, or what it is to have, and the next run brings all to its end.
  /// - Parameters:
  ///   - isEnd: whether the placement had told that it was done.
  ///   - isCutOff: whether something of the file system itself may be missing.
  func expectUsable(isEnd: Bool, isCutOff: Bool, _ note: String) async throws {
    if isCutOff, !hasJournal {
      let mend = try await Tool.run("e2fsck", ["-fy", scene.image])
      #expect((0...1).contains(mend.status), "\(mend.text)\(mend.errors) after \(note)")
    }
    try await mount()
    try await expectWhole(isEnd: isEnd, note)
    let again = try await place()
    #expect(again.status == 0, "\(again.errors) after \(note)")
    try await expectWhole(isEnd: true, "the run after \(note)")
    if isMounted {
      let names = try await Tool.require("ls", ["-A", scene.mount]).text.split(separator: "\n")
      #expect(
        Set(names).subtracting(["lost+found"]) == ["fresh", "large", "old", "tree"], "\(note)")
      try await scene.unmount()
    }
    try await scene.expectClean(note)
  }

  private func expectWhole(isEnd: Bool, _ note: String) async throws {
    for name in scene.new.keys.sorted() {
      let bytes = try await bytes(name)
      let isOld = bytes == (name == "old" ? scene.old : nil)
      #expect(bytes == scene.new[name] || (isOld && !isEnd), "\(name) after \(note)")
    }
  }
}

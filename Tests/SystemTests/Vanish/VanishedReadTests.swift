import TestSupport
import Testing

/// Attributes of `/sys` and `/proc` that vanish between the listing and the reading: whatever read of
/// whatever verb it is, the answer is the whole machine's or a part of it, or is refused with a reason.
///
/// All reads with `IOPMEM_LONG=1`, else some of each verb.
@Suite(.serialized) struct VanishedReadTests {
  private static let machines = Project.folder + "/fixtures/sysroots/"

  /// Verbs that look at a captured machine.
  @Test(arguments: [
    ("iopmem", ["list", "--json"]),
    ("iopmem-switch", ["check", "--for", "0000:05:00.0", "iopmem0"]),
    ("pmem", ["check", "pmem0"]), ("iopmem-partitioned", ["check", "iopmem0p2"]),
    ("iopmem", ["bind", "--dry-run", "0000:00:04.0"]),
    ("iopmem", ["unbind", "--dry-run", "0000:00:03.0"]),
  ])
  func ofACapturedMachine(_ machine: String, _ arguments: [String]) async throws {
    let root = Self.machines + machine
    let verb = [arguments[0], "--sysroot", root] + arguments.dropFirst()
    try await hold(verb, root: root, in: TemporaryFolder())
  }

  /// Verbs that look at this machine, without root.
  @Test func ofThisMachine() async throws {
    let image = try await OfflineImage(["-t", "ext4"])
    let source = try image.folder.write([UInt8](repeating: 5, count: 9000), to: "source")
    let saved = try await Tool.iopmem(["fiemap", "--json", "--image", image.path, "/small"])
    let map = try image.folder.write(saved.output, to: "map.json")
    let new = image.folder("new")
    try await Tool.require("truncate", ["-s", "16M", new])
    for arguments in [
      ["fiemap", "--image", image.path, "--base", "0xc0000000", "/small"],
      ["verify", "--map", map], ["mkfs", "--force", "--quiet", new],
      ["place", "--force", "--quiet", "--image", image.path, source, "/placed"],
    ] {
      try await hold(arguments, root: nil, in: image.folder)
    }
  }

  /// Verbs for what is mounted: some are refused on a loop device, and stay so.
  @Test(.enabled(if: Project.isRoot, "needs root: loop devices"))
  func ofAMountedFile() async throws {
    let volume = try await Volume(.ext4, size: "64M")
    let source = try volume.folder.write([UInt8](repeating: 5, count: 9000), to: "source")
    try await LoopDevice.with(volume.image) { device in
      try await device.mounted(on: volume.mountPoint) {
        let file = volume.mountPoint + "/file"
        try await Tool.require("cp", [source, file])
        try await Tool.require("sync", ["-f", file])
        for arguments in [
          ["fiemap", "--no-dax-check", "--base", "0xc0000000", file], ["pin", file],
          ["lease", file, "--", "true"], ["export", file, "--", "true"],
          [
            "place", "--no-bar", "--force", "--quiet", source,
            volume.mountPoint + "/placed",
          ],
        ] {
          try await hold(arguments, root: nil, in: volume.folder)
        }
      }
    }
  }

  /// A loop device offers no DAX, and is refused.
  @Test(.enabled(if: Project.isRoot, "needs root: loop devices"))
  func ofADeviceToMount() async throws {
    let volume = try await Volume(.ext4, size: "64M")
    try await Tool.require("mkdir", [volume.mountPoint])
    try await LoopDevice.with(volume.image) { device in
      try await hold(["mount", device.path, volume.mountPoint], root: nil, in: volume.folder)
    }
  }

  private func hold(
    _ arguments: [String], root: String?, in folder: TemporaryFolder
  ) async throws {
    let (whole, calls) = try await SystemCall.all(of: arguments, root: root, in: folder)
    try #require((0...3).contains(whole.status), "\(arguments): \(whole.errors)")
    #expect(!calls.isEmpty, "\(arguments)")
    let step = Project.isLong ? 1 : max(1, calls.count / 5)
    for (index, call) in calls.enumerated() where index % step == step / 2 {
      let errors = ["error=ENODEV", "error=ENOENT", "error=ENXIO"]
      let how =
        call.name.hasSuffix("read") || call.name == "pread64"
        ? ["retval=0", "error=ENODEV"][index % 2] : errors[index % 3]
      let result = try await call.failing(how, arguments)
      let comment = "\(arguments) \(how) \(call): \(result.status) \(result.errors)"
      #expect((0...3).contains(result.status), "\(comment)")
      #expect(result.status == 0 || !(result.errors + result.text).isEmpty, "\(comment)")
      // What was refused does not become right by what is not seen.
      #expect(result.status > 0 || whole.status == 0, "\(comment)")
      #expect(Self.addresses(result).isSubset(of: Self.addresses(whole)), "\(comment)")
    }
  }

  /// All that looks like an address.
  private static func addresses(_ result: Tool) -> Set<Substring> {
    Set(
      result.text.split { !$0.isHexDigit && $0 != "x" }.filter { $0.hasPrefix("0x") })
  }
}

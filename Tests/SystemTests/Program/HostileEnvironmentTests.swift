import TestSupport
import Testing

/// Variables and a current directory that somebody else chose: they decide neither what is run nor what
/// comes out.
@Suite struct HostileEnvironmentTests {
  private let folder: TemporaryFolder

  init() async throws {
    folder = try TemporaryFolder()
    let script = #"""
      cd "$1"; mkdir bin
      for tool in mke2fs mkfs.xfs mkfs.ext4 mount udevadm modprobe swift-backtrace; do
        printf '#!/bin/sh\ntouch %s/ran.%s\nexit 0\n' "$1" $tool >bin/$tool
      done
      chmod +x bin/*
      printf '[defaults]\nblocksize = 1024\nbase_features = extent\n' >mke2fs.conf
      """#
    try await Tool.require("sh", ["-ec", script, "sh", folder.path])
  }

  private var variables: [String: String] {
    var variables = [
      "PATH": ".:bin::\(folder("bin")):/usr/bin:/bin", "HOME": "/nonexistent",
      "TMPDIR": "/nonexistent", "MKE2FS_CONFIG": folder("mke2fs.conf"),
      "E2FSPROGS_FAKE_TIME": "77", "E2FSPROGS_UNDO_DIR": folder.path, "LIBBLKID_DEBUG": "all",
      "BLKID_FILE": folder("blkid.tab"), "BLKID_CONF": folder("blkid.conf"), "LC_ALL": "tr_TR",
      "LD_LIBRARY_PATH": folder("bin"), "SWIFT_ROOT": folder.path, "IFS": "/",
      "SWIFT_BACKTRACE": "enable=yes,swift-backtrace=\(folder("bin/swift-backtrace"))",
    ]
    for name in ["MKE2FS_SYNC", "MKE2FS_DEVICE_SECTSIZE", "MKE2FS_DEVICE_PHYS_SECTSIZE"] {
      variables[name] = "1024"
    }
    for name in ["UNIX_IO_NOZEROOUT", "EXT2FS_NO_MTAB_OK", "EXT2FS_PRETEND_RO_MOUNT"] {
      variables[name] = "1"
    }
    return variables
  }

  /// Runs a command in the folder, with the variables or without.
  private func run(_ script: String, isHostile: Bool) async throws -> Tool {
    try await Tool.run(
      "sh", ["-c", "cd \(folder("bin")); exec \(Project.binary) \(script)"],
      environment: isHostile ? variables : [:])
  }

  private var ran: String {
    get async throws {
      try await Tool.run("sh", ["-c", "cd \(folder.path) && ls | grep '^ran'"]).text
    }
  }

  /// What needs no privileges takes the caller's own tools, who can run them as well himself.
  @Test(.enabled(if: Project.isRoot, "for others PATH decides"), arguments: ["ext4", "xfs"])
  func anImageIsTheSame(_ type: String) async throws {
    var contents: [String] = []
    for isHostile in [false, true] {
      let image = folder("image.\(isHostile)")
      let size = type == "xfs" ? "320M" : "64M"
      let made = try await run(
        "mkfs -q -t \(type) --uuid 8a3f6c1e-0000-4000-8000-0123456789ab --size \(size) \(image)",
        isHostile: isHostile)
      #expect(made.status == 0, "\(made.errors)")
      let blocks = try await Tool.require("blkid", ["-p", "-o", "export", image]).text
      contents.append(blocks.replacing(image, with: "image"))
    }
    #expect(contents[0] == contents[1])
    #expect(try await ran.isEmpty)
  }

  @Test func mapsAreTheSame() async throws {
    try folder.write([UInt8](repeating: 7, count: 5000), to: "source")
    let image = folder("image")
    try await Tool.iopmem(["mkfs", "-q", "--size", "64M", image]).expect(status: 0)
    let placed = try await run("place --image \(image) \(folder("source")) /file", isHostile: true)
    #expect(placed.status == 0, "\(placed.errors)")
    for command in [
      "fiemap --base 0x100000000 --json --image \(image) /file", "map --json \(image)",
      "verify --base 0x100000000 --image \(image) --fingerprint 1-\(String(repeating: "0", count: 32)) /file",
      "list --json --sysroot \(Project.folder)/fixtures/sysroots/iopmem",
    ] {
      let plain = try await run(command, isHostile: false)
      let hostile = try await run(command, isHostile: true)
      #expect(plain.status == hostile.status && plain.output == hostile.output, "\(command)")
    }
    #expect(try await ran.isEmpty)
  }

  /// The runtime would run another program where this one is killed by a signal of its own.
  @Test func noBacktracerIsRun() async throws {
    let script = "timeout -k 5 -s SEGV 1 \(Project.binary) monitor; sleep 1"
    _ = try await Tool.run("sh", ["-c", script], environment: variables)
    #expect(try await ran.isEmpty)
  }
}

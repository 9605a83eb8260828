import Linux
import SystemPackage
import TestSupport
import Testing

@Suite(.enabled(if: Project.isRoot, "needs root: loop devices"))
struct PinTests {
  /// What ends a map: refused as long as a file is pinned, and not before or after.
  static let attacks: [(name: String, command: String)] = [
    ("truncate", "truncate -s 4096 $F"), ("grow", "truncate -s 4M $F"),
    ("write", "dd if=/dev/zero of=$F bs=4096 count=1 conv=notrunc status=none"),
    ("append", "echo >>$F"), ("punch", "fallocate -p -o 0 -l 4096 $F"),
    ("zero", "fallocate -z -o 0 -l 4096 $F"), ("collapse", "fallocate -c -o 0 -l 4096 $F"),
    ("allocate", "fallocate -o 1M -l 1M $F"), ("rename", "mv $F $F.new"),
    ("replace", "touch $D/other && mv -f $D/other $F"), ("remove", "rm -f $F"),
    ("link", "ln $F $F.link"), ("mode", "chmod 600 $F"), ("time", "touch $F"),
  ]

  @Test(arguments: Volume.Kind.allCases)
  func nothingMovesAPinnedFile(_ kind: Volume.Kind) async throws {
    let volume = try await Volume(kind, size: "512M")
    try await volume.mounted { folder in
      for attack in Self.attacks {
        let file = "\(folder)/\(attack.name)"
        try write(attack.name, [(0, 1 << 20)], in: folder)
        let pinned = try await pin([file])
        #expect(pinned.status == 0, "\(pinned.errors)")
        let map = try #require(try await mapped([file]).first)
        #expect(pinned.text == "\(map.fingerprint)  \(file)\n")
        #expect(map.pinned, "\(attack.name)")
        #expect(try await run(attack.command, on: file, in: folder) != 0, "\(attack.name)")
        #expect(try await mapped([file]).first?.segments == map.segments, "\(attack.name)")
        try await Tool.require(Project.binary, ["unpin", file])
        #expect(try await mapped([file]).first?.pinned == false)
        #expect(try await run(attack.command, on: file, in: folder) == 0, "\(attack.name)")
      }
    }
  }

  @Test func programsAreToldOfEveryFile() async throws {
    let volume = try await Volume(.ext4, size: "64M")
    try await volume.mounted { folder in
      try write("f", [(0, 4096)], in: folder)
      let files = [folder + "/f", folder + "/missing", folder]
      for changed in [true, false] {
        let tool = try await pin(["--json"] + files)
        tool.expect(status: 2)
        #expect(try await Schema.complaint(about: tool.output, verb: "pin") == nil)
        #expect(
          try await tool.filtered("[.changed, .files[].changed, .errors[].code]")
            == #"[\#(changed),\#(changed),"not-found","not-a-file"]"#)
        let paths = try await tool.filtered("[.files[].path, .errors[].subject] | sort")
        #expect(paths == #"["\#(folder)","\#(folder)/f","\#(folder)/missing"]"#)
      }
      for changed in [true, false] {
        let tool = try await Tool.iopmem(["unpin", "--json"] + files)
        tool.expect(status: 2)
        #expect(try await Schema.complaint(about: tool.output, verb: "unpin") == nil)
        #expect(
          try await tool.filtered("[.changed, .files[].changed, .errors[].code]")
            == #"[\#(changed),\#(changed),"not-found","not-a-file"]"#)
      }
    }
  }

  /// Of two pins at once the one that fails would undo the other's.
  @Test func anOutputThatFailsDoesNotHideThatFilesArePinned() async throws {
    let volume = try await Volume(.ext4, size: "64M")
    try await volume.mounted { folder in
      try write("f", [(0, 4096)], in: folder)
      let pin = "pin --no-dax-check --base 0x100000000"
      for (command, done) in [
        (pin, "f is pinned"), (pin + " --json", "everything is pinned"),
        ("unpin --json", "everything is unpinned"),
      ] {
        let full = try await Tool.run(
          "sh", ["-c", "exec \(Project.binary) \(command) \(folder)/f >/dev/full"])
        #expect(full.status == 1, "\(full.errors)")
        #expect(
          full.errors.contains("\(done), but standard output cannot be written"), "\(full.errors)")
      }
    }
  }

  @Test func onePinAtATime() async throws {
    let volume = try await Volume(.ext4, size: "64M")
    try await volume.mounted { folder in
      try write("f", [(0, 4096)], in: folder)
      let other = try Descriptor(FilePath(folder + "/f"), .readOnly)
      try other.lock()
      let pinned = try await pin([folder + "/f"])
      #expect(pinned.status == 1 && pinned.errors.contains("is locked"), "\(pinned.errors)")
      #expect(try await mapped([folder + "/f"]).first?.pinned == false)
      try other.close()
      try await pin([folder + "/f"]).expect(status: 0)
      try await Tool.require(Project.binary, ["unpin", folder + "/f"])
    }
  }

  /// The defragmenter of each file system leaves a pinned file where it is.
  @Test func defragmentersPassPinnedFiles() async throws {
    for (kind, command) in [(Volume.Kind.ext4, "e4defrag"), (.xfs, "xfs_fsr")] {
      let volume = try await Volume(kind, size: "512M")
      try await volume.mounted { folder in
        try write("f", [(0, 32 * 4096)], in: folder)
        // Blocks put between others lie elsewhere.
        for index in 1...12 {
          let place = UInt64(index) * 8192
          try await Tool.require(
            "fallocate", ["-i", "-o", "\(place)", "-l", "4096", folder + "/f"])
          try write("f", [(place, 4096)], in: folder)
        }
        let file = folder + "/f"
        let map = try #require(try await mapped([file]).first)
        #expect(map.segments.count > 8)
        try await pin([file]).expect(status: 0)
        _ = try await Tool.run(command, [file])
        #expect(try await mapped([file]).first?.fingerprint == map.fingerprint, "\(kind)")
        try await Tool.require(Project.binary, ["unpin", file])
        try await Tool.require(command, [file])
        #expect(try await mapped([file]).first?.fingerprint != map.fingerprint, "\(kind)")
      }
    }
  }

  /// A descriptor from before could still move the file; so could a mapping without one.
  @Test(arguments: Volume.Kind.allCases)
  func whoCanWriteTheFileIsFound(_ kind: Volume.Kind) async throws {
    let volume = try await Volume(kind, size: "512M")
    try await volume.mounted { folder in
      let file = folder + "/f"
      try write("f", [(0, 1 << 20)], in: folder)
      let writer = try Descriptor(FilePath(file), .readWrite)
      let refused = try await pin([file])
      #expect(refused.status == 2, "\(refused.errors)")
      #expect(refused.errors.contains("is open for writing"))
      #expect(try await mapped([file]).first?.pinned == false)
      // Immutable by another hand, with the writer still there: no pin.
      try await Tool.require("chattr", ["+i", file])
      try await map(["--require-pin", file]).expect(status: 2)
      try await pin([file]).expect(status: 2)
      #expect(try await mapped([file]).first?.pinned == true)
      try writer.close()
      try await map(["--require-pin", file]).expect(status: 0)
      try await pin([file]).expect(status: 0)
      try await Tool.require(Project.binary, ["unpin", file])
      let held =
        "import mmap,os,subprocess,sys\n"
        + "file = os.open(sys.argv[1], os.O_RDWR)\nmemory = mmap.mmap(file, 4096)\nos.close(file)\n"
        + "sys.exit(subprocess.run(sys.argv[2:]).returncode)"
      let mapping = try await Tool.run(
        "/usr/bin/python3", ["-c", held, file, Project.binary] + pinning + [file])
      #expect(mapping.status == 2, "\(mapping.errors)")
      #expect(mapping.errors.contains("is open for writing"))
    }
  }

  @Test func whatIsNotSafeIsNotPinned() async throws {
    let volume = try await Volume(.xfs, size: "512M", options: ["-m", "reflink=1"])
    try await volume.mounted { folder in
      try write("a", [(0, 1 << 20)], in: folder)
      let notDAX = try await Tool.iopmem(["pin", "--base", base, folder + "/a"])
      #expect(notDAX.status == 2, "\(notDAX.errors)")
      #expect(notDAX.errors.contains("is not DAX"))
      try await Tool.require("cp", ["--reflink=always", folder + "/a", folder + "/b"])
      try await Tool.require("fallocate", ["-l", "1M", folder + "/unwritten"])
      try await Tool.require("sync", [])
      for name in ["a", "b", "unwritten", "."] {
        try await pin(["\(folder)/\(name)"]).expect(status: 2, "\(name)")
      }
      let flags = try await Tool.require("lsattr", ["-d", folder, folder + "/a"])
      let columns = flags.text.split(separator: "\n").compactMap { $0.split(separator: " ").first }
      #expect(columns.count == 2 && columns.allSatisfy { !$0.contains("i") })
      // All are tried, and the worst decides.
      try write("good", [(0, 4096)], in: folder)
      let several = try await pin([folder + "/absent", folder + "/b", folder + "/good"])
      #expect(several.status == 2, "\(several.errors)")
      #expect(several.text.contains(folder + "/good"))
      try await Tool.iopmem(["unpin", folder]).expect(status: 2)
      try await Tool.iopmem(["unpin", folder + "/absent"]).expect(status: 1)
      try await Tool.require(Project.binary, ["unpin", folder + "/good", folder + "/b"])
    }
  }

  @Test func rightsAreNeeded() async throws {
    let volume = try await Volume(.ext4, size: "64M")
    try await volume.mounted { folder in
      try write("f", [(0, 4096)], in: folder)
      for capability in ["linux_immutable", "lease"] {
        try await Tool.require("chown", ["1", folder + "/f"])
        let tool = try await Tool.run(
          "setpriv",
          ["--bounding-set=-\(capability)", Project.binary] + pinning + [folder + "/f"])
        #expect(tool.status == (capability == "lease" ? 3 : 1), "\(tool.errors)")
        #expect(tool.errors.contains("CAP_" + capability.uppercased()), "\(tool.errors)")
        #expect(try await mapped([folder + "/f"]).first?.pinned == false)
      }
    }
  }

  private let pinning = ["pin", "--base", base, "--no-dax-check"]

  private func pin(_ files: [String]) async throws -> Tool {
    try await Tool.iopmem(pinning + files)
  }

  private func run(_ command: String, on file: String, in folder: String) async throws -> Int32 {
    try await Tool.run("sh", ["-c", command], environment: ["F": file, "D": folder]).status
  }
}

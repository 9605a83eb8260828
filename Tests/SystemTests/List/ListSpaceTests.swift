import TestSupport
import Testing

/// What `iopmem list` says of space and files, held against `iopmem map` and the tools of others.
@Suite(.enabled(if: Project.isRoot, "needs root: loop devices"))
struct ListSpaceTests {
  private static let facts = ["-nrbo", "USED,FREE,LARGEST,FILES,PINS"]

  @Test(arguments: Volume.Kind.allCases)
  func asTheMapHasIt(_ kind: Volume.Kind) async throws {
    let volume = try await Volume(kind, size: "320M")
    try await volume.mounted { mount in
      try await Tool.require(
        "sh",
        [
          "-c",
          "cd \"$1\"; mkdir d; for i in 1 2 3; do head -c 3000000 /dev/zero >d/$i; done; chattr +i d/2",
          "sh", mount,
        ])
      let device = String(
        try await Tool.require("findmnt", ["-no", "SOURCE", mount]).text.prefix { !$0.isNewline })
      let told = try await Tool.iopmem(["list"] + Self.facts + [device])
      #expect(told.status == 0, "\(told.errors)")
      let expected = try await Tool.iopmem(["map", "--json", mount]).filtered(
        ".devices[0]|[.length-.free.total,.free.total,.free.largest_aligned,(.files|length),1]|join(\" \")"
      )
      #expect("\"\(told.text.dropLast())\"" == expected)
      // Without the files' columns no directory is read.
      let space = try await Tool.iopmem(["list", "--json", "-o", "FREE", device])
      #expect(try await space.filtered(".devices[0]|[.free>0,.files]") == "[true,null]")
      let all = try await Tool.iopmem(["list", "--json", device])
      #expect(try await Schema.complaint(about: all.output, verb: "list") == nil)
      #expect(try await all.filtered(".devices[0]|[.files,.pins]") == "[3,1]")
      try await Tool.require("chattr", ["-i", mount + "/d/2"])
    }
  }

  /// What could not be read is neither nothing nor all of it.
  @Test func whatCannotBeReadIsUnknown() async throws {
    let volume = try await Volume(.ext4, size: "64M")
    try await volume.mounted { mount in
      try await Tool.require(
        "sh", ["-c", "cd \"$1\"; mkdir d; echo >d/f; chmod 700 d; chmod 755 .", "sh", mount])
      try await Tool.require("chmod", ["755", volume.folder.path])
      let program = volume.folder("iopmem")
      try await Tool.require("cp", [Project.binary, program])
      let device = String(
        try await Tool.require("findmnt", ["-no", "SOURCE", mount]).text.prefix { !$0.isNewline })
      let result = try await Tool.run(
        "setpriv", ["--reuid", "65534", "--clear-groups", program, "list", "-nro", "FILES", device])
      #expect(result.text == "?\n" && result.status == 1, "\(result.text)\(result.errors)")
    }
    let swap = try TemporaryFolder()
    try await Tool.require("truncate", ["-s", "64M", swap("image")])
    try await Tool.require("mkswap", ["-q", swap("image")])
    try await LoopDevice.with(swap("image")) { device in
      let nothing = try await Tool.iopmem(["list", "-nro", "FSTYPE,FREE,FILES", device.path])
      #expect(nothing.text == "swap - -\n" && nothing.status == 0, "\(nothing.errors)")
    }
    try await Tool.require("mkfs.xfs", ["-q", "-f", "-d", "size=320m,file=1,name=\(swap("xfs"))"])
    try await LoopDevice.with(swap("xfs")) { device in
      let unmounted = try await Tool.iopmem(["list", "-nro", "FSTYPE,FREE,FILES", device.path])
      #expect(unmounted.text == "xfs 255MiB ?\n" && unmounted.status == 2, "\(unmounted.text)")
      #expect(unmounted.errors.contains("its files are not read"), "\(unmounted.errors)")
      let space = try await Tool.iopmem(["list", "-nro", "FSTYPE,FREE", device.path])
      #expect(space.text == "xfs 255MiB\n" && space.status == 0, "\(space.errors)")
    }
  }

  /// A device with marks of two file systems has neither.
  @Test func twoMarks() async throws {
    let folder = try TemporaryFolder()
    try await Tool.require("truncate", ["-s", "128M", folder("image")])
    try await Tool.require("mkfs.btrfs", ["-q", folder("image")])
    try await Tool.require("mke2fs", ["-q", "-t", "ext4", folder("ext4"), "32M"])
    // Only the superblock, so that both marks are there.
    try await Tool.require(
      "dd",
      [
        "if=\(folder("ext4"))", "of=\(folder("image"))", "bs=1K", "skip=1", "seek=1", "count=1",
        "conv=notrunc",
      ])
    try await LoopDevice.with(folder("image")) { device in
      let result = try await Tool.iopmem(["list", "-nro", "FSTYPE,FREE", device.path])
      #expect(result.text == "? ?\n" && result.status == 3, "\(result.text)\(result.errors)")
      #expect(result.errors.contains("has marks of several things: "))
    }
  }
}

import TestSupport
import Testing

/// `iopmem map` on real file systems, held against filefrag(8), debugfs(8) and the kernel's count of
/// free blocks.
@Suite(.enabled(if: Project.isRoot, "needs root: loop devices"))
struct MapTests {
  @Test(arguments: Volume.Kind.allCases)
  func filesLieWhereTheKernelSaysTheyDo(_ kind: Volume.Kind) async throws {
    let volume = try await Volume(kind, size: "320M")
    try await volume.mounted { mount in
      try await Tool.require(
        "sh",
        [
          "-c",
          """
          cd "$1"; mkdir -p d/e; head -c 5000000 /dev/urandom >d/e/big; echo x >small; : >empty
          ln small d/again; ln -s small link; mkfifo pipe; printf x >"$(printf 'a\\nb\\377')"
          dd if=/dev/zero of=holes bs=4096 seek=100 count=1 status=none; chattr +i d/e/big; sync
          """, "sh", mount,
        ])
      let json = try await Tool.iopmem(["map", "--json", mount])
      #expect(json.status == 0, "\(json.errors)")
      try await expectTrue(of: json.output, on: mount)
      // The device, and a directory below the mount point, say the same.
      let below = try await Tool.iopmem(["map", "--json", mount + "/d/e"])
      #expect(below.output == json.output)
      try await Tool.require("chattr", ["-i", mount + "/d/e/big"])
    }
  }

  /// Holds a document against what other tools say of the mounted file system.
  private func expectTrue(of document: [UInt8], on mount: String) async throws {
    #expect(try await Schema.complaint(about: document, verb: "map") == nil)
    let folder = try TemporaryFolder()
    try await Tool.require(
      "/usr/bin/python3",
      [
        "-c",
        """
        import json, os, re, subprocess, sys
        device = json.load(open(sys.argv[1]))["devices"][0]
        mount = sys.argv[2]
        areas, files = device["areas"], device["files"]
        position = 0
        for area in areas:
            assert area["device_offset"] == position, area
            position += area["length"]
        assert position == device["length"]
        names = {bytes.fromhex(f["path_hex"]) if f["path_hex"] else f["path"].encode(): n
                 for n, f in enumerate(files)}
        expected = {os.path.join(top, name) for top, _, found in os.walk(mount.encode())
                    for name in found if os.path.isfile(os.path.join(top, name))
                    and not os.path.islink(os.path.join(top, name))}
        inodes = {os.stat(path).st_ino for path in expected}
        assert {f["inode"] for f in files} == inodes and len(files) == len(inodes), files
        assert set(names) <= expected, names
        for path, number in names.items():
            file, status = files[number], os.stat(path)
            assert (file["size"], file["inode"]) == (status.st_size, status.st_ino)
            text = subprocess.run(["filefrag", "-b1", "-v", path], capture_output=True).stdout
            runs = [(int(a), int(b) + 1) for a, b in
                    re.findall(rb"^ *\\d+: *\\d+\\.\\. *\\d+: *(\\d+)\\.\\. *(\\d+):", text, re.M)]
            assert file["device_offset"] == (runs[0][0] if runs else None), (file, runs)
            own = {(a["device_offset"], a["device_offset"] + a["length"])
                   for a in areas if a.get("file") == number}
            def blocks(ranges):
                return {b for lo, hi in ranges for b in range(lo // 4096, -(-hi // 4096))}
            assert blocks(own) == blocks(runs), (path, own, runs)
        assert files[names[(mount + "/d/e/big").encode()]]["pinned"]
        free = sum(a["length"] for a in areas if a["holds"] == "free")
        assert free == device["free"]["total"]
        # xfs keeps some back.
        told = os.statvfs(mount)
        assert abs(free - told.f_bfree * told.f_frsize) <= free // 10, (free, told)
        """, folder.write(document, to: "map.json"), mount,
      ])
  }

  @Test func anImageAndItsMountSayTheSame() async throws {
    let volume = try await Volume(.ext4, size: "64M")
    let mounted = try await volume.mounted { mount in
      try await Tool.require(
        "sh", ["-c", "mkdir \"$1\"/d; head -c 3000000 /dev/urandom >\"$1\"/d/f", "sh", mount])
      return try await Tool.iopmem(["map", mount])
    }
    let image = try await Tool.iopmem(["map", volume.image])
    #expect(mounted.status == 0 && image.status == 0, "\(mounted.errors)\(image.errors)")
    func row(_ text: String, _ end: String) -> [Substring] {
      text.split(separator: "\n").first { $0.hasSuffix(end) }?.split(separator: " ") ?? []
    }
    // Key, offset, size and pieces.
    #expect(row(mounted.text, "/d/f").prefix(4) == row(image.text, " /d/f").prefix(4))
    #expect(row(image.text, " /d/f").count == 6)
    #expect(row(image.text, "journal").first == "~")
    // The kernel does not tell; the inode of the journal does.
    #expect(row(mounted.text, "journal") == row(image.text, "journal"))
    #expect(mounted.text.split(separator: "\n").last == image.text.split(separator: "\n").last)
    #expect(
      try await Schema.complaint(
        about: Tool.iopmem(["map", "--json", volume.image]).output, verb: "map") == nil)
  }

  /// Of an xfs that is not mounted the same is free, and its files are not said to be none.
  @Test(arguments: ["-m", "-mrmapbt=1", "-bsize=1024"])
  func anUnmountedXFS(_ option: String) async throws {
    let volume = try await Volume(.xfs, size: "320M", options: option == "-m" ? [] : [option])
    let free = "[.devices[0].areas[]|select(.holds==\"free\")]"
    let journal = "[.devices[0].areas[]|select(.holds==\"journal\")]"
    let mounted = try await volume.mounted { mount in
      // Enough holes for a tree of several blocks.
      try await Tool.require(
        "sh",
        [
          "-c",
          """
          cd "$1"; head -c 3000000 /dev/zero >f; mkdir d; i=0
          while [ $i -lt 3000 ]; do printf x >d/$i; i=$((i + 1)); done
          sync; rm d/*[02468]; sync
          """, "sh", mount,
        ])
      return try await Tool.iopmem(["map", "--json", mount])
    }
    #expect(mounted.status == 0, "\(mounted.errors)")
    let unmounted = try await Tool.iopmem(["map", "--json", volume.image])
    #expect(unmounted.status == 2, "\(unmounted.errors)")
    #expect(unmounted.errors.contains("its files are not read"), "\(unmounted.errors)")
    #expect(try await Schema.complaint(about: unmounted.output, verb: "map") == nil)
    #expect(try await unmounted.filtered(free) == mounted.filtered(free))
    #expect(try await unmounted.filtered(journal) == mounted.filtered(journal))
    #expect(try await unmounted.filtered(journal + "|length") == "1")
    #expect(try await unmounted.filtered(free + "|length>1000") == "true")
    let text = try await Tool.iopmem(["map", volume.image])
    #expect(text.text.contains("free, files not read\n"), "\(text.text)")
  }

  /// What its log holds alone is not drawn.
  @Test func anXFSThatWasNotUnmounted() async throws {
    let volume = try await Volume(.xfs, size: "320M")
    _ = try await volume.mounted { mount in
      try await Tool.require(
        "sh", ["-c", "echo >\"$1/f\"; xfs_io -x -c 'shutdown -f' \"$1\"", "sh", mount])
    }
    let result = try await Tool.iopmem(["map", volume.image])
    #expect(result.status == 2 && result.text.isEmpty, "\(result.text)")
    #expect(result.errors.contains("its log can hold changes"), "\(result.errors)")
    _ = try await volume.mounted { $0 }
    let again = try await Tool.iopmem(["map", volume.image])
    #expect(again.text.contains("journal"), "\(again.errors)")
  }

  /// A block of the log that did not reach the device among the last that were written.
  @Test func anXFSWhoseLogHasAHole() async throws {
    let volume = try await Volume(.xfs, size: "320M", options: ["-l", "su=32k"])
    _ = try await volume.mounted { try await Tool.require("touch", [$0 + "/f"]) }
    #expect(try await Tool.iopmem(["map", volume.image]).text.contains("journal"))
    try await Tool.require(
      "bash",
      [
        "-euc",
        """
        # Where the log begins and its head is, in units of 512 bytes.
        told=$(xfs_logprint -t "$1")
        [[ $told =~ daddr:\\ ([0-9]+) ]]; start=${BASH_REMATCH[1]}
        [[ $told =~ head:\\ ([0-9]+)\\ state:\\ \\<CLEAN\\> ]]; head=${BASH_REMATCH[1]}
        dd if=/dev/zero of="$1" bs=512 seek=$((start + head - 5)) count=1 conv=notrunc status=none
        xfs_logprint -t "$1" | grep -q DIRTY
        """, "bash", volume.image,
      ])
    let result = try await Tool.iopmem(["map", volume.image])
    #expect(result.status == 2 && result.text.isEmpty, "\(result.text)")
    #expect(result.errors.contains("its log can hold changes"), "\(result.errors)")
  }

  /// Neither is guessed where both may be meant.
  @Test func twoFileSystemsAtOnce() async throws {
    let volume = try await Volume(.ext4, size: "320M")
    let other = try await Volume(.xfs, size: "320M")
    try await Tool.require(
      "dd", ["if=\(other.image)", "of=\(volume.image)", "bs=512", "count=1", "conv=notrunc"])
    let result = try await Tool.iopmem(["map", volume.image])
    #expect(result.status == 3 && result.text.isEmpty, "\(result.text)")
    #expect(result.errors.contains("has marks of several things: xfs, ext4"), "\(result.errors)")
  }

  /// A device in no BAR is drawn on its disk, mounted or not.
  @Test(arguments: Volume.Kind.allCases)
  func aDeviceThatIsInNoBar(_ kind: Volume.Kind) async throws {
    let volume = try await Volume(kind, size: "320M")
    try await LoopDevice.with(volume.image) { device in
      let result = try await Tool.iopmem(["map", "--json", device.path])
      #expect(result.status == (kind == .ext4 ? 0 : 2), "\(result.errors)")
      #expect(
        try await result.filtered(".devices[0]|[.bar_offset,.free.total>1000000]") == "[null,true]")
    }
  }

  @Test func pagesHoldNoNameAsItIs() async throws {
    let volume = try await Volume(.ext4, size: "64M")
    try await volume.mounted { mount in
      try await Tool.require(
        "sh", ["-c", "head -c 3000000 /dev/zero >\"$1/<script>alert(1)<!--\\\"&'\"", "sh", mount])
      for option in ["--svg", "--html"] {
        let page = try await Tool.iopmem(["map", option, mount])
        #expect(page.status == 0, "\(page.errors)")
        #expect(!page.text.contains("<script>alert"))
        #expect(page.text.contains("&lt;script&gt;alert(1)&lt;!--"))
      }
      let svg = try await Tool.iopmem(["map", "--svg", mount])
      try await Tool.require(
        "/usr/bin/python3",
        [
          "-c", "import sys, xml.dom.minidom; xml.dom.minidom.parseString(sys.argv[1])", svg.text,
        ])
    }
  }

  @Test func whatHasNoPictureIsRefused() async throws {
    let folder = try TemporaryFolder()
    for (path, status, reason) in [
      (folder("nothing"), 1, "No such file"), ("/proc", 2, "lies on no block device"),
      ("/dev/null", 2, "is neither a block device nor an image nor a directory"),
      (
        try folder.write([UInt8](repeating: 7, count: 65536), to: "file"), 2,
        "holds no file system that is known"
      ),
    ] {
      let result = try await Tool.iopmem(["map", path])
      #expect(result.status == Int32(status), "\(path): \(result.errors)")
      #expect(result.errors.contains(reason), "\(result.errors)")
    }
  }

  /// Names that lead to what they do not say are told, and not left out.
  @Test(arguments: [
    ("clri <2>", "/"), ("clri /f", "/f"), ("sif /d mode 0100644", "/d"), ("sif /f mode 0", "/f"),
  ])
  func damagedTrees(_ damage: String, subject: String) async throws {
    let volume = try await Volume(.ext4, size: "64M", options: ["-O", "^metadata_csum"])
    let file = try volume.folder.write([UInt8](repeating: 7, count: 9000), to: "file")
    for request in ["write \(file) f", "mkdir d", damage] {
      try await Tool.require("debugfs", ["-w", "-R", request, volume.image])
    }
    let result = try await Tool.iopmem(["map", "--json", volume.image])
    #expect(result.status == 2, "\(result.text) \(result.errors)")
    #expect(
      result.errors.contains(
        "iopmem: \(subject): is not the kind of file that its directory says"), "\(result.errors)")
    #expect(try await Schema.complaint(about: result.output, verb: "map") == nil)
  }

  /// What nobody may read is of no file, and said.
  @Test func whatCannotBeReadIsSaid() async throws {
    let volume = try await Volume(.ext4, size: "64M")
    try await volume.mounted { mount in
      try await Tool.require(
        "sh",
        ["-c", "cd \"$1\"; head -c 3000000 /dev/zero >f; chmod 0 f; chmod 755 .", "sh", mount])
      // Where anybody may run it and reach the mount.
      try await Tool.require("chmod", ["755", volume.folder.path])
      let program = volume.folder("iopmem")
      try await Tool.require("cp", [Project.binary, program])
      let result = try await Tool.run(
        "setpriv", ["--reuid", "65534", "--clear-groups", program, "map", "--json", mount])
      #expect(result.status == 1, "\(result.errors)")
      #expect(result.errors.contains("/f: cannot read where it lies"), "\(result.errors)")
      #expect(try await Schema.complaint(about: result.output, verb: "map") == nil)
    }
  }
}

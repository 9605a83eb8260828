import TestSupport
import Testing

/// The order in which trees are walked, mounted and not, on one file system.
@Suite(.enabled(if: Project.isRoot, "needs root: loop devices"))
struct TreeOrderTests {
  /// A directory, and what sorts before and behind its content; names that are no text; so many names
  /// that no file system lists them in their order by chance.
  private static let files = """
    import os, sys
    os.chdir(sys.argv[1].encode())
    for path in [b"a/z", b"a/b/c", b"a-b", b"a.txt", b"a0", b"B", b"\\xff", b"\\xc3\\xa9", b"new\\nline",
                 b"deep/er/still/file", b"deep/er.d/file"] + [b"many/f%d" % n for n in range(500)]:
        os.makedirs(os.path.dirname(path) or b".", exist_ok=True)
        open(path, "wb").write(b"x")
    """

  /// What a document names, as far as it is below a folder, against what it should: the files by their
  /// paths, part by part.
  private static let comparison = """
    import json, os, sys
    top, mount = (sys.argv[n].encode() for n in (1, 2))
    document = json.load(open(sys.argv[3]))
    found = [bytes.fromhex(f["path_hex"]) if f["path_hex"] else f["path"].encode()
             for f in (document["devices"][0] if "devices" in document else document)["files"]]
    found = [path[len(top):].strip(b"/").split(b"/") for path in found]
    wanted = sorted(os.path.relpath(os.path.join(folder, name), mount).split(b"/")
                    for folder, _, names in os.walk(mount) for name in names)
    assert len(found) == 511 and found == wanted, [f for f in zip(found, wanted) if f[0] != f[1]][:3]
    """

  private func expectOrder(
    _ answer: Tool, below top: String, asIn mount: String
  ) async throws {
    answer.expect(status: 0)
    let folder = try TemporaryFolder()
    try await Tool.require(
      "/usr/bin/python3",
      ["-c", Self.comparison, top, mount, folder.write(answer.output, to: "answer.json")])
  }

  @Test func mountedAndNotItIsTheOrderOfTheNames() async throws {
    let volume = try await Volume(.ext4, size: "64M")
    try await volume.mounted { mount in
      try await Tool.require("/usr/bin/python3", ["-c", Self.files, mount])
      try await Tool.require("sync", [])
      try await expectOrder(try await map(["-r", mount]), below: mount, asIn: mount)
      let occupancy = try await Tool.iopmem(["map", "--json", mount])
      try await expectOrder(occupancy, below: mount, asIn: mount)
      let inside = try await Tool.iopmem([
        "fiemap", "--json", "-r", mount + "/a", "--base", base, "--no-dax-check",
      ])
      inside.expect(status: 0)
      #expect(
        try MapDocument(inside.output).files.map(\.path) == ["/a/b/c", "/a/z"].map { mount + $0 })
    }
    // Read anew by the kernel, as a yardstick; the toolkit reads the image beside it.
    let copy = volume.folder("copy.img")
    try await Tool.require("cp", ["--sparse=always", volume.image, copy])
    try await volume.mounted { mount in
      let options = ["--base", base, "--image", copy]
      let files = try await Tool.iopmem(["fiemap", "--json", "-r", "/"] + options)
      try await expectOrder(files, below: "", asIn: mount)
      let occupancy = try await Tool.iopmem(["map", "--json", copy])
      try await expectOrder(occupancy, below: "", asIn: mount)
    }
  }
}

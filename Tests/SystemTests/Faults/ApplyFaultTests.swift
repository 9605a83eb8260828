import TestSupport
import Testing

/// Each system call of `iopmem apply` fails in turn: files are whole or as they were, and the next run
/// brings the same about as a run without a fault.
@Suite struct ApplyFaultTests {
  /// What is replaced, and by what.
  private static let old = [UInt8](repeating: 1, count: 3000)
  private static let new = [UInt8](repeating: 2, count: 3000)

  @Test(arguments: [false, true]) func ofAnImage(isThere: Bool) async throws {
    let image = try AppliedImage()
    let files = image.variousFiles
    let more = image.uuidAndMap
    func fill(_ b: [UInt8]) throws {
      try image.source("a", b[0], count: 70_000)
      try image.source("b", b[0], count: b.count)
    }
    let manifest = try image.manifest(files, more)
    let kept = ["bar.img", "map"].map { (image.folder($0), image.folder("kept." + $0)) }
    try fill(Self.old)
    try await Tool.require(Project.binary, ["apply", manifest])
    for (path, copy) in kept { try await Tool.require("mv", [path, copy]) }
    func prepare() async throws {
      try await Tool.require(
        "sh", ["-c", "rm -f \(image.folder("bar.img")) \(image.folder("map"))"])
      guard isThere else { return }
      for (path, copy) in kept {
        try await Tool.require("cp", ["-p", "--sparse=always", copy, path])
      }
    }
    try fill(Self.new)
    try await prepare()
    try await Tool.require(Project.binary, ["apply", manifest])
    let end = try await image.places()
    let faults = Faults(
      name: "apply to \(isThere ? "an" : "a new") image", arguments: ["apply", manifest],
      folder: image.folder, quick: 3)
    try await faults.stepThrough(
      prepare: prepare,
      { result, _, note in
        if try await Tool.run("test", ["-e", image.image]).status == 0 {
          let bytes = try await image.bytes("deep/b")
          #expect(bytes == Self.new || isThere && bytes == Self.old, "\(note)")
          #expect(result.status != 0 || bytes == Self.new, "\(note)")
          let check = try await Tool.run("e2fsck", ["-fn", image.image])
          #expect(check.status == 0, "\(check.text) after \(note)")
        } else {
          #expect(!isThere && result.status != 0, "no image after \(note)")
        }
        if result.status == 0 { #expect(try await image.places() == end, "\(note)") }
        let (again, tool) = try await image.apply(files, [], more)
        #expect(
          tool.status == 0 && !again.states.contains("refused"), "\(tool.errors) after \(note)")
        #expect(try await image.places() == end, "the run after \(note)")
        #expect(try await image.bytes("deep/b") == Self.new, "the run after \(note)")
        try await image.expectWhole(
          beside: ["a", "b", "map", "kept.bar.img", "kept.map"], "the run after \(note)")
        #expect(try await !image.apply(files, [], more).0.changed, "the run after \(note)")
      })
  }

  @Test(.enabled(if: Project.isRoot, "needs root: loop devices"))
  func ofAMount() async throws {
    try await AppliedVolume.with { volume in
      let files = [
        volume.file("deep/er/a", "a", ", mode: 0640, pinned: true"), volume.file("deep/b", "b"),
        "{path: ring, size: 64KiB, pinned: true}",
      ]
      let more = "    maps: [{to: \(volume.folder("map")), files: [deep/er/a, ring]}]"
      func fill(_ b: [UInt8]) throws {
        try volume.source("a", [UInt8](repeating: b[0], count: 70_000))
        try volume.source("b", b)
      }
      func clear() async throws {
        try await Tool.require(
          "sh",
          [
            "-euc",
            "cd \(volume.mount); chattr -R -i .; find . -mindepth 1 ! -name lost+found -delete; rm -f \(volume.folder("map"))",
          ])
      }
      try fill(Self.old)
      _ = try await volume.apply([])
      let manifest = try volume.folder.write(volume.manifest(files, more).utf8, to: "whole.yaml")
      let faults = Faults(
        name: "apply to a mount", arguments: ["apply", manifest], folder: volume.folder,
        quick: 3)
      try await faults.stepThrough(
        prepare: {
          try await clear()
          try fill(Self.old)
          try await Tool.require(Project.binary, ["apply", manifest])
          try fill(Self.new)
        },
        { result, _, note in
          let bytes = try await Tool.require("cat", [volume.mount + "/deep/b"]).output
          #expect(bytes == Self.new || bytes == Self.old, "\(note)")
          #expect(result.status != 0 || bytes == Self.new, "\(note)")
          let (again, tool) = try await volume.apply(files, [], more)
          #expect(
            tool.status == 0 && !again.states.contains("refused"), "\(tool.errors) after \(note)")
          for (name, source) in [("deep/er/a", "a"), ("deep/b", "b")] {
            try await Tool.require(
              "cmp", [volume.folder("src/" + source), volume.mount + "/" + name])
          }
          let state = try await volume.state()
          #expect(state.matches(of: /----i-/).count == 2, "\(state) after \(note)")
          // What was replaced, and may be wanted back, is kept, and that is said.
          let isKept = result.errors.contains("what was replaced is in ")
          let names = try await Tool.require("find", [volume.mount, "-printf", "%P\\n"]).text
            .split(separator: "\n").filter { !isKept || !$0.contains("replaced.") }
          #expect(
            names.sorted() == ["deep", "deep/b", "deep/er", "deep/er/a", "lost+found", "ring"],
            "\(note)")
          #expect(try await !volume.apply(files, [], more).0.changed, "\(note)")
        })
      try await clear()
    }
  }
}

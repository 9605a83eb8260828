import TestSupport
import Testing

/// Each system call of a placement fails in turn: names are whole or as they were, the file system has
/// no mistake, and the next run leaves what a run without a fault does.
@Suite struct PlaceFaultTests {
  /// Steps through placements into a mount.
  private func mounted(_ kind: Volume.Kind, _ options: [String] = [], isSingle: Bool) async throws {
    let scene = try await FaultedPlacement(kind, options)
    let names = isSingle ? ["large"] : scene.new.keys.sorted()
    let sources = (isSingle ? [] : ["--force"]) + scene.sources(isSingle, tree: true)
    let arguments = ["place", "--no-bar", "--json"] + sources + [scene.mount]
    func mount() async throws {
      try await scene.reset()
      try await Tool.require("mount", ["-o", "loop", scene.image, scene.mount])
    }
    func end() async throws -> (run: Tool, names: String, free: [Substring]) {
      // A tree that is there is not placed over.
      let isThere = try await scene.bytesInMount("tree/leaf") != nil
      let missing = scene.sources(isSingle, tree: !isThere)
      let run = try await Tool.require(
        Project.binary, ["place", "--no-bar", "--force"] + missing + [scene.mount])
      let names = try await Tool.require("find", [scene.mount, "-printf", "%P\\n"]).text
      try await scene.unmount()
      return (
        run, names.split(separator: "\n").sorted().joined(separator: " "), try await scene.free()
      )
    }
    try await mount()
    try await Tool.require(Project.binary, arguments)
    let whole = try await end()
    try await mount()
    let faults = Faults(
      name:
        "place on \(kind)\(options.isEmpty ? "" : " \(options)")\(isSingle ? ", one file" : "")",
      arguments: arguments,
      folder: scene.folder, quick: 2)
    try await faults.stepThrough(
      prepare: {
        try await scene.unmount()
        try await mount()
      },
      { result, _, note in
        try await scene.expectWholeOrNothing(names, after: result, note, scene.bytesInMount)
        if result.status == 0 {
          for name in names {
            let runs = try await Placing.runs(scene.mount + "/" + name)
            #expect(runs.count == 1 && !runs.flags.contains("unwritten"), "\(name) after \(note)")
            #expect(name != "large" || runs.start % Placing.pmd == 0, "\(runs) after \(note)")
          }
        }
        let left = try await end()
        #expect(left.names == whole.names, "\(note)")
        #expect(left.free == whole.free, "\(note)")
        try await scene.expectClean(note)
        try await Tool.require("mount", ["-o", "loop", scene.image, scene.mount])
        try await scene.expectWholeOrNothing(
          names, after: left.run, "the run after \(note)",
          scene.bytesInMount)
      })
    try await scene.unmount()
  }

  @Test(
    .enabled(if: Project.isRoot, "needs root: loop devices"),
    arguments: [[], ["-O", "^has_journal"]], [false, true])
  func onExt4(_ options: [String], isSingle: Bool) async throws {
    try await mounted(.ext4, options, isSingle: isSingle)
  }

  @Test(.enabled(if: Project.isRoot, "needs root: loop devices"), arguments: [false, true])
  func onXFS(isSingle: Bool) async throws {
    try await mounted(.xfs, isSingle: isSingle)
  }

  @Test(arguments: [false, true]) func intoAnImage(isSingle: Bool) async throws {
    let scene = try await FaultedPlacement(.ext4)
    let names = isSingle ? ["large"] : scene.new.keys.sorted()
    let sources = (isSingle ? [] : ["--force"]) + scene.sources(isSingle, tree: true)
    let arguments = ["place", "--json", "--image", scene.image] + sources + ["/"]
    func end() async throws -> (run: Tool, names: [Substring], free: [Substring]) {
      let isThere = try await scene.bytesInImage("tree/leaf") != nil
      let missing = scene.sources(isSingle, tree: !isThere)
      let run = try await Tool.require(
        Project.binary, ["place", "--force", "--image", scene.image] + missing + ["/"])
      let list = try await Tool.require("debugfs", ["-R", "ls -p /", scene.image]).text
      return (
        run,
        list.split(separator: "\n").compactMap { $0.split(separator: "/").dropLast().last }
          .sorted(),
        try await scene.free()
      )
    }
    try await scene.reset()
    try await Tool.require(Project.binary, arguments)
    let whole = try await end()
    let faults = Faults(
      name: "place --image\(isSingle ? ", one file" : "")", arguments: arguments,
      folder: scene.folder, quick: 2)
    try await faults.stepThrough(
      prepare: scene.reset,
      { result, _, note in
        // An image has no journal that a run could write to: what was cut off is mended by e2fsck(8).
        let isCutOff =
          result.errors.contains("run e2fsck on it") || result.status == Faults.killed
        if isCutOff {
          let mend = try await Tool.run("e2fsck", ["-fy", scene.image])
          #expect((0...1).contains(mend.status), "\(mend.text)\(mend.errors) after \(note)")
        }
        try await scene.expectWholeOrNothing(names, after: result, note, scene.bytesInImage)
        try await scene.expectClean(note)
        let left = try await end()
        #expect(left.names == whole.names, "\(note)")
        // e2fsck(8) gives what has no name yet one in lost+found.
        let isFound = isCutOff ? try await scene.hasLostFiles() : false
        #expect(isFound || left.free == whole.free, "\(note)")
        try await scene.expectClean("the run after \(note)")
        try await scene.expectWholeOrNothing(
          names, after: left.run, "the run after \(note)",
          scene.bytesInImage)
      })
  }

  /// Cut off between two writes, a superblock that went out in pieces would have a wrong checksum: then
  /// neither the kernel nor e2fsck(8) opens the file system.
  @Test func theSuperblockIsWrittenInOneCall() async throws {
    let scene = try await FaultedPlacement(.ext4)
    try await scene.reset()
    let (result, steps) = try await FaultTracer.steps(
      of: ["place", "--image", scene.image, scene.folder("src/fresh"), "/"], in: scene.folder)
    #expect(result.status == 0)
    let writes = steps.filter { $0.path == scene.image && $0.name.contains("write") }
    #expect(Set(writes.map(\.name)) == ["pwrite64"], "\(writes)")
  }
}

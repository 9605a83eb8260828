import TestSupport
import Testing

/// Each system call of what reads fails in turn: the answer is that of a run without a fault, or a part of
/// it with a reason for the rest.
@Suite struct ReadFaultTests {
  /// Holds an answer against the whole one.
  /// - Parameter filter: of jq(1), for the parts of the answer.
  private func expectTrue(
    _ result: Tool, _ whole: Tool, _ filter: String, _ note: String
  ) async throws {
    if result.status == 0 {
      #expect(result.output == whole.output, "another answer after \(note)")
      return
    }
    if result.output.isEmpty { return }
    let parts = try await result.filtered(filter).split(separator: "\n")
    let all = Set(try await whole.filtered(filter).split(separator: "\n"))
    #expect(Set(parts).isSubset(of: all), "\(note)")
    #expect(try await result.filtered(".errors[0]") != "null", "\(note)")
  }

  private func holdMaps(
    _ name: String, _ arguments: [String], _ folder: TemporaryFolder
  ) async throws {
    let faults = Faults(name: name, arguments: arguments, folder: folder, quick: 4)
    try await faults.stepThrough { result, whole, note in
      try await expectTrue(result, whole, ".files[]", note)
    }
  }

  @Test(arguments: [["/big", "/small"], ["-r", "/sub"]])
  func mapsOfAnImage(_ files: [String]) async throws {
    let image = try await OfflineImage(["-t", "ext4"])
    try await holdMaps(
      "fiemap --image \(files)",
      ["fiemap", "--json", "--image", image.path, "--base", "0xc0000000"] + files, image.folder)
  }

  @Test(
    .enabled(if: Project.isRoot, "needs root: loop devices"), arguments: Volume.Kind.allCases,
    [false, true])
  func mapsOfAMount(_ kind: Volume.Kind, isTree: Bool) async throws {
    let volume = try await Volume(kind, size: kind == .xfs ? "320M" : "64M")
    try await volume.mounted { mount in
      try await Tool.require("mkdir", ["-p", mount + "/tree/sub"])
      let source = try volume.folder.write([UInt8](repeating: 5, count: 70_001), to: "source")
      for name in ["a", "b", "tree/c", "tree/sub/d", "tree/sub/e"] {
        try await Tool.require("cp", [source, mount + "/" + name])
      }
      try await Tool.require("sync", ["-f", mount])
      let files = isTree ? ["-r", mount + "/tree"] : [mount + "/a", mount + "/b"]
      try await holdMaps(
        "fiemap \(isTree ? "-r " : "")on \(kind)",
        ["fiemap", "--json", "--base", base, "--no-dax-check"] + files, volume.folder)
    }
  }

  /// What has the folder's path later may be another folder.
  @Test(.enabled(if: Project.isRoot, "needs root: loop devices"))
  func aFolderWhoseStatusIsNotToldIsNotSearched() async throws {
    let volume = try await Volume(.ext4, size: "64M")
    try await volume.mounted { mount in
      try await Tool.require("mkdir", ["-p", mount + "/tree/sub"])
      try await Tool.require("cp", ["/bin/true", mount + "/tree/sub/file"])
      try await Tool.require("sync", ["-f", mount])
      let arguments = [
        "fiemap", "--json", "--base", base, "--no-dax-check", "-r", mount + "/tree",
      ]
      let (whole, steps) = try await FaultTracer.steps(of: arguments, in: volume.folder)
      whole.expect(status: 0)
      let step = try #require(
        steps.first { $0.name == "statx" && $0.path.hasSuffix("/tree/sub") }, "\(steps)")
      let (result, met) = try await FaultTracer.run(
        arguments, Fault(step: step, how: .fails(.input), round: 0), in: volume.folder)
      #expect(met?.pattern == step.pattern)
      result.expect(status: 1)
      #expect(try await result.filtered(".files") == "[]")
      #expect(result.errors.contains("/tree/sub: cannot open: Input/output error"))
    }
  }

  /// What holds is said to hold, and what changed to have changed, or it is said what is not known.
  @Test(arguments: [false, true]) func savedMaps(isChanged: Bool) async throws {
    let image = try await OfflineImage(["-t", "ext4"])
    let saved = try await Tool.require(
      Project.binary,
      ["fiemap", "--json", "--image", image.path, "--base", "0xc0000000", "/big", "/small"])
    let map = try image.folder.write(saved.output, to: "map.json")
    if isChanged {
      let source = try image.folder.write([UInt8](repeating: 5, count: 9000), to: "other")
      try await Tool.require(
        Project.binary, ["place", "-q", "--force", "--image", image.path, source, "/small"])
    }
    let faults = Faults(
      name: "verify of what \(isChanged ? "changed" : "holds")",
      arguments: ["verify", "--json", "--base", "0xc0000000", "--map", map], folder: image.folder,
      quick: 4,
      status: isChanged ? 1 : 0)
    try await faults.stepThrough { result, whole, note in
      #expect(!isChanged || result.status != 0, "\(note)")
      if result.status == 0 { #expect(result.output == whole.output, "\(note)") }
    }
  }
}

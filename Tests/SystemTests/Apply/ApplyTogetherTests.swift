import TestSupport
import Testing

/// Runs of one manifest at once: one of them brings it about, and all find it so.
@Suite struct ApplyTogetherTests {
  /// Starts four runs.
  /// - Returns: the states that all of them told, each with how often.
  private func together(_ manifest: String) async throws -> [Substring: Int] {
    let script = """
      for n in 1 2 3 4; do "$1" apply "$2" > "$2.$n" 2>&1 & p="$p $!"; done
      for process in $p; do wait $process || status=1; done
      cat "$2".?; exit $status
      """
    let result = try await Tool.run("sh", ["-c", script, "sh", Project.binary, manifest])
    result.expect(status: 0, "\(result.text)")
    return Dictionary(
      result.text.split(separator: "\n").map { ($0.prefix { $0 != " " }, 1) }, uniquingKeysWith: +)
  }

  @Test func onAnImageThatIsNotThere() async throws {
    let image = try AppliedImage()
    try image.source("source", 1, count: 3 << 20)
    let maps = "    maps: [{to: \(image.folder("maps/map")), files: [a], format: csv}]"
    let manifest = try image.manifest([image.file("a", "source")], maps)
    #expect(try await together(manifest) == ["created": 3, "ok": 9])
  }

  @Test(.enabled(if: Project.isRoot, "needs root: loop devices"))
  func onADeviceThatIsBlank() async throws {
    try await AppliedVolume.with(isBlank: true) { volume in
      try await Tool.require("rmdir", [volume.mount])
      try volume.source("source", [UInt8](repeating: 1, count: 3 << 20))
      let files = ["{path: d/a, source: \(volume.folder("src/source"))}", "{path: b, size: 4M}"]
      let manifest = try volume.folder.write(
        volume.manifest(files, "    type: ext4").utf8, to: "manifest.yaml")
      #expect(try await together(manifest) == ["created": 4, "ok": 12])
    }
  }
}

import Linux
import SystemPackage
import TestSupport
import Testing

@Suite struct DamageTests {
  /// Whatever is broken in an image: an answer or a refusal, never a crash, never a place
  /// outside the device. Needs no root.
  @Test func damagedImages() async throws {
    let folder = try TemporaryFolder()
    let source = folder("tree")
    try await Tool.require("mkdir", ["-p", source + "/sub"])
    for index in 0..<40 {
      try folder.write([UInt8](repeating: 1, count: 3000 * index), to: "tree/sub/f\(index)")
    }
    let image = folder("bar.img")
    try await Tool.require(
      "mke2fs", ["-q", "-t", "ext4", "-b4096", "-N128", "-d", source, image, "32M"])
    let sound = try Descriptor(FilePath(image), .readOnly).readToEnd(limit: 1 << 26)
    var random = SplitMix64(seed: 11)
    var answered = 0
    var refused = 0
    for _ in 0..<150 {
      var bytes = sound
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        // The superblock, descriptors, bitmaps, inode table and directories come first.
        let place = Int.random(in: 1024..<180_000, using: &random)
        bytes[place] = UInt8.random(in: 0...255, using: &random)
      }
      try folder.write(bytes, to: "damaged.img")
      let result = try await Tool.iopmem([
        "fiemap", "--json", "--image", folder("damaged.img"), "-r", "/",
      ])
      #expect((0...3).contains(result.status), "\(result.errors)")
      if result.status == 0 { answered += 1 } else { refused += 1 }
      guard !result.output.isEmpty else { continue }
      for file in try MapDocument(result.output).files {
        for segment in file.segments { #expect(segment.barOffset + segment.length <= 32 << 20) }
      }
    }
    // Both must happen, or the test tests nothing.
    #expect(answered > 0 && refused > 0, "\(answered) answered, \(refused) refused")
  }
}

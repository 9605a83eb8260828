import FoundationEssentials
import Linux
import SystemPackage
import TestSupport
import Testing

/// Every seed and every input that once broke something, read without the fuzzer.
@Suite struct FuzzTargetTests {
  private static let folder = Project.folder + "/fixtures/fuzz"

  @Test(arguments: FuzzTarget.all) func everySeedHolds(_ target: FuzzTarget) throws {
    let folder = try TestSupport.TemporaryFolder()
    let seeds = "\(Self.folder)/\(target.name)"
    let names = try FileManager.default.contentsOfDirectory(atPath: seeds).sorted()
    #expect(!names.isEmpty)
    for name in names {
      let bytes = try Descriptor(FilePath("\(seeds)/\(name)"), .readOnly).readToEnd(limit: 1 << 20)
      #expect(bytes.count <= 64 << 10, "\(name)")
      #expect(throws: Never.self, "\(target.name)/\(name)") { try target.read(bytes, folder) }
      // As the fuzzer does, some of what comes of it.
      var random = SplitMix64(seed: 1)
      for round in 0..<2 {
        guard let changed = target.change(bytes, &random) else { break }
        #expect(throws: Never.self, "\(target.name)/\(name), round \(round)") {
          try target.read(changed, folder)
        }
      }
    }
  }

  @Test func everyFolderHasItsTarget() throws {
    let folders = try FileManager.default.contentsOfDirectory(atPath: Self.folder)
    #expect(Set(folders) == Set(FuzzTarget.all.map(\.name)))
  }
}

import Linux
import SystemPackage
import TestSupport
import Testing

@testable import Iopmem

/// Files that others take the names of before a map is made of them.
@Suite struct MapSubjectTests {
  private let folder: TestSupport.TemporaryFolder

  init() throws {
    folder = try TestSupport.TemporaryFolder()
    try Descriptor(FilePath(folder.path), .readOnly, options: .directory)
      .makeDirectory("sub", permissions: 0o755)
    for name in ["sub/a", "b"] { try folder.write([1], to: name) }
  }

  /// Swaps what a body swaps after the file was brought about, and opens it as a map does.
  private func open(after script: String) async throws {
    let status = try Status(of: FilePath(folder("sub/a")))
    try await Tool.require("sh", ["-euc", "cd \(folder.path); \(script)"])
    let subject = DeployedMap.Subject(
      files: [
        DeployedMap.Subject.File(
          path: FilePath(folder("sub/a")), isPinned: false, name: "sub/a", status: status)
      ],
      windows: WindowSource(root: SystemRoot(), choices: WindowChoices()), requiresDAX: false,
      root: try Descriptor(FilePath(folder.path), .readOnly, options: .directory),
      mountPoint: FilePath(folder.path))
    _ = try subject.open(subject.files[0])
  }

  @Test func theVeryFileIsOpened() async throws { try await open(after: "chmod 600 sub/a") }

  @Test(arguments: [
    "mv sub/a sub/old; ln -s ../b sub/a", "mv sub/a sub/old; ln -s old sub/a",
    "mv b sub/a", "rm sub/a", "mv sub/a sub/old; mkfifo sub/a", "mv sub old; ln -s old sub",
    "mv sub/a sub/old; cp -p sub/old sub/a",
  ])
  func noOtherIs(_ script: String) async throws {
    await #expect(throws: Failure.self) { try await open(after: script) }
  }
}

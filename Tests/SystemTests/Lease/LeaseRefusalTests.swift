import TestSupport
import Testing

/// What needs no driver to be refused; `Tests/vm` has the rest.
@Suite struct LeaseRefusalTests {
  @Test func aFileElsewhereIsRefused() async throws {
    let folder = try TemporaryFolder()
    try folder.write([1, 2, 3], to: "file")
    for file in [folder("file"), "/dev/shm", folder.path, "/dev/null"] {
      for verb in ["lease", "export"] {
        let tool = try await Tool.iopmem([verb, file, "--", "echo", "never"])
        #expect(tool.status == 2, "\(verb) \(file): \(tool.errors)")
        #expect(tool.output.isEmpty)
      }
    }
  }

  @Test func aFileThatIsNotThereIsAFailure() async throws {
    let tool = try await Tool.iopmem(["lease", "/no/such/file"])
    #expect(tool.status == 1, "\(tool.errors)")
    #expect(tool.errors.contains("cannot open for writing"))
  }

  @Test(.enabled(if: Project.isRoot, "needs root: loop devices"), arguments: Volume.Kind.allCases)
  func aFileOnAnotherDiskIsRefused(_ kind: Volume.Kind) async throws {
    let volume = try await Volume(kind, size: "512M")
    try await volume.mounted { folder in
      try write("file", [(0, 4096)], in: folder)
      let tool = try await Tool.iopmem(["lease", folder + "/file"])
      #expect(tool.status == 2, "\(tool.errors)")
      #expect(tool.errors.contains("does not lie on an iopmem device"))
    }
  }
}

import TestSupport
import Testing

/// Each system call of pinning fails in turn: what is said to be pinned is, and the next run pins the rest.
@Suite(.enabled(if: Project.isRoot, "needs root: loop devices")) struct PinFaultTests {
  @Test(arguments: Volume.Kind.allCases) func onAMount(_ kind: Volume.Kind) async throws {
    let volume = try await Volume(kind, size: kind == .xfs ? "320M" : "64M")
    try await volume.mounted { mount in
      let source = try volume.folder.write([UInt8](repeating: 5, count: 70_001), to: "source")
      let files = ["a", "b"].map { mount + "/" + $0 }
      for file in files { try await Tool.require("cp", [source, file]) }
      try await Tool.require("sync", ["-f", mount])
      func pinned() async throws -> [Bool] {
        let list = try await Tool.require("lsattr", files).text.split(separator: "\n")
        return list.map { $0.prefix { $0 != " " }.contains("i") }
      }
      let arguments = ["pin", "--json", "--no-dax-check", "--base", base] + files
      let faults = Faults(
        name: "pin on \(kind)", arguments: arguments, folder: volume.folder, quick: 3)
      try await faults.stepThrough(
        prepare: { try await Tool.require("chattr", ["-i"] + files) },
        { result, whole, note in
          let isPinned = try await pinned()
          if result.status == 0 {
            #expect(isPinned == [true, true] && result.output == whole.output, "\(note)")
          } else if !result.output.isEmpty {
            let told = try await result.filtered("[.files[].path]")
            for (file, isPinned) in zip(files, isPinned) {
              #expect(isPinned || !told.contains("\"\(file)\""), "\(note)")
            }
          }
          let again = try await Tool.iopmem(arguments)
          #expect(
            again.status == 0, "\(again.errors) after \(note)")
          #expect(try await pinned() == [true, true], "\(note)")
        })
      try await Tool.require("chattr", ["-i"] + files)
    }
  }
}

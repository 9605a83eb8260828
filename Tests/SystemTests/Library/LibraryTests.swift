import TestSupport
import Testing

/// What C programs are told, on loop devices, whose base is given.
@Suite(.enabled(if: Project.isRoot, "needs root: loop devices"))
struct LibraryTests {
  private let installed: Installation

  init() async throws { installed = try await Installation("install-library") }

  private func run(_ program: String, _ arguments: [String]) async throws -> Tool {
    let tool = try await Tool.run(program, arguments, environment: installed.environment)
    #expect(tool.status == 0, "\(program): \(tool.errors)")
    return tool
  }

  /// A file of many pieces with a hole at 64 KiB, whose last block is not full.
  private func writePieces(in folder: String) throws -> String {
    var runs: [(offset: UInt64, count: Int)] = [(0, 65_536)]
    for index in 1..<40 { runs.append((UInt64(65_536 + 32_768 * index), 4096 * (1 + index % 5))) }
    runs.append((3_000_000, 1234))
    // As long as it will be: xfs gives a file that grows blocks between the pieces too.
    try write("pieces", [], size: 3_001_234, in: folder)
    try write("pieces", runs, in: folder)
    return folder + "/pieces"
  }

  @Test(arguments: Volume.Kind.allCases)
  func segmentsAreTheFilesBytes(_ kind: Volume.Kind) async throws {
    let program = try await installed.compile("Tests/library/segments.c")
    let volume = try await Volume(kind, size: "512M")
    try await volume.mounted { folder in
      let path = try writePieces(in: folder)
      try await Tool.require("sync", ["-f", path])
      let tool = try await run(program, [path, base, volume.image])
      let command = try await map([path])
      #expect(command.text.contains(tool.text.prefix { !$0.isNewline }), "the fingerprints differ")
    }
  }

  /// As a reader of their specification finds, which the virtual hardware has too.
  @Test func listsLeadToTheFilesBytes() async throws {
    let program = try await installed.compile("Tests/library/lists.c")
    let volume = try await Volume(.ext4, size: "64M")
    try await volume.mounted { folder in
      try write("file", [(0, 5_000_001)], in: folder)
      try write("holed", [(0, 4096), (8192, 4096)], in: folder)
      try await Tool.require("sync", ["-f", folder])
      _ = try await run(program, [folder, base, volume.image])
    }
  }

  @Test(arguments: ["cc -std=c11 -D_DEFAULT_SOURCE", "c++ -x c++ -std=c++11"])
  func senselessCallsAreAnswered(compiler: String) async throws {
    let program = try await installed.compile("Tests/library/arguments.c", compiler)
    try await onFile { _ = try await run(program, [$0, base]) }
  }

  @Test func changesAreFoundOut() async throws {
    let program = try await installed.compile("Tests/library/changes.c")
    try await onFile { _ = try await run(program, [$0, base]) }
  }

  @Test func threadsShareFiles() async throws {
    let program = try await installed.compile("Tests/library/threads.c")
    try await onFile { _ = try await run(program, [$0, base]) }
  }

  /// Runs a body with a file of 5 MB on an ext4.
  private func onFile(_ body: (String) async throws -> Void) async throws {
    let volume = try await Volume(.ext4, size: "64M")
    try await volume.mounted { folder in
      try write("file", [(0, 5_000_001)], in: folder)
      try await body(folder + "/file")
    }
  }

  @Test func aDeviceThatGrowsIsFoundOut() async throws {
    let program = try await installed.compile("Tests/library/device.c")
    let volume = try await Volume(.ext4, size: "64M")
    try await volume.mounted { folder in
      try write("file", [(0, 5000)], in: folder)
      let grow = """
        truncate -s 128M \(volume.image)
        losetup -c "$(losetup -nO NAME -j \(volume.image))"
        """
      _ = try await run(program, [folder + "/file", base, grow])
    }
  }

  /// With nothing there but what the library says that it needs.
  @Test func theExampleRunsWhereThereIsNoSwift() async throws {
    let program = try await installed.compile("share/examples/transfer.c")
    try await onFile { path in
      let alone = try await Tool.run(
        // In no mount namespace of its own, which would keep what other tests have mounted just now.
        "sh",
        [
          "-euc",
          """
          root=$(mktemp -d)
          trap 'umount -R "$root" && rmdir "$root"' EXIT
          mount -t tmpfs tmpfs "$root"
          for file in "$1" $(ldd "$1" | grep -o '/[^ ]*'); do
            cp -L --parents "$file" "$root"
          done
          mkdir -p "$root/sys" "$root${2%/*}"
          mount --rbind --make-rslave /sys "$root/sys"
          mount --bind "${2%/*}" "$root${2%/*}"
          find "$root" -xdev -iname '*swift*' | grep . && exit 9
          env -i LD_LIBRARY_PATH="$LD_LIBRARY_PATH" \
            "$(command -v chroot)" "$root" "$1" -b "$3" "$2"
          """, "sh", program, path, base,
        ], environment: installed.environment)
      #expect(alone.status == 0, "\(alone.text)\(alone.errors)")
      let here = try await run(program, ["-b", base, path])
      #expect(alone.output == here.output && !here.output.isEmpty)
    }
  }
}

import Linux
import SystemPackage
import TestSupport
import Testing

/// Many files are mapped by several threads; what is printed does not tell.
@Suite(.enabled(if: Project.isRoot, "needs root: loop devices"))
struct ManyFilesTests {
  /// More names than are mapped together, in folders of their own, among them files that are refused,
  /// missing, and with more segments than a thread keeps.
  @Test(arguments: ["table", "ndjson", "csv", "sg"])
  func asOneByOne(_ format: String) async throws {
    let volume = try await Volume(.ext4, size: "256M", options: ["-N8192"])
    try await volume.mounted { folder in
      try await Tool.require(
        "python3",
        [
          "-c",
          """
          import os, sys
          os.chdir(sys.argv[1])
          for index in range(2500):
              if index % 7 == 0: os.mkdir(f"{index:04}")
              path = f"{index - index % 7:04}/{index:04}"
              file = os.open(path, os.O_WRONLY | os.O_CREAT)
              if index % 500 == 77:
                  for piece in range(1500): os.pwrite(file, b"x" * 4096, piece * 8192)
              elif index % 11 == 3: os.posix_fallocate(file, 0, 8192)
              else: os.write(file, b"x" * index)
              os.close(file)
          os.sync()
          """, folder,
        ])
      let paths = try await Tool.require("find", [folder, "-type", "f"]).text
        .split(separator: "\n").map(String.init).sorted()
      #expect(paths.count == 2500)
      let names = paths.flatMap { $0.hasSuffix("3") ? [$0, $0 + "-missing"] : [$0] }
      let list = volume.folder("names")
      try volume.folder.write(Array((names.joined(separator: "\0") + "\0").utf8), to: "names")
      let errors = try await errorsOfAll(format, ["--no-dax-check", "--files0-from", list])
      #expect(errors.contains("-missing") && errors.contains("unwritten"))
    }
    let errors = try await errorsOfAll(format, ["--image", volume.image, "-r", "/"])
    #expect(errors.contains("unwritten"))
  }

  /// Maps files by one thread and by all, and expects the same.
  private func errorsOfAll(_ format: String, _ arguments: [String]) async throws -> String {
    let options = ["fiemap", "--base", base, "--format", format] + arguments
    // A process that may use one processor has one thread for them all.
    let alone = try await Tool.run("taskset", ["-c", "0", Project.binary] + options)
    let together = try await Tool.run(Project.binary, options)
    #expect(together.status == alone.status && alone.status != 0)
    #expect(together.output == alone.output)
    #expect(together.errors == alone.errors)
    return together.errors
  }

  /// A tree of more folders than files may be open.
  @Test func withFewDescriptors() async throws {
    let volume = try await Volume(.ext4, size: "64M")
    try await volume.mounted { folder in
      let script = #"cd "$1" && mkdir $(seq 100) && for d in *; do echo $d > $d/x; done; sync"#
      try await Tool.require("sh", ["-c", script, "sh", folder])
      let command =
        "ulimit -n $1; exec $2 fiemap --base \(base) --no-dax-check --format csv -r $3"
      let many = try await Tool.run("sh", ["-c", command, "sh", "1000", Project.binary, folder])
      #expect(many.status == 0 && many.text.split(separator: "\n").count > 100)
      for limit in ["10", "20"] {
        let few = try await Tool.run("sh", ["-c", command, "sh", limit, Project.binary, folder])
        #expect(few.status == 0 && few.output == many.output, "\(few.errors)")
      }
    }
    // An image is opened for each thread, as long as there are descriptors.
    let image = "ulimit -n $1; exec $2 fiemap --base \(base) --format csv -r --image $3 /"
    let many = try await Tool.run("sh", ["-c", image, "sh", "1000", Project.binary, volume.image])
    #expect(many.status == 0 && many.text.split(separator: "\n").count > 100)
    for limit in 7...12 {
      let few = try await Tool.run(
        "sh", ["-c", image, "sh", "\(limit)", Project.binary, volume.image])
      #expect(few.status == 0 && few.output == many.output, "\(limit): \(few.errors)")
    }
  }
}

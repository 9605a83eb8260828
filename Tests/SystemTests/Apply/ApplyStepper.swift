import TestSupport

/// Runs of `iopmem apply` that are killed at one system call each.
enum ApplyStepper {
  /// The calls by which files are changed.
  private static let calls =
    "openat,ftruncate,fallocate,pwrite64,write,copy_file_range,linkat,renameat2,mkdirat,unlinkat,"
    + "fsync,fdatasync,syncfs,fchmod,fchown,fsetxattr,ioctl,mount"

  /// The calls of a run: name and number among those of its name, for each thread by itself.
  static func steps(of manifest: String, in folder: TemporaryFolder) async throws -> [String] {
    let log = folder("log")
    try await Tool.require(
      "strace",
      ["-f", "-qq", "-e", "trace=" + calls, "-o", log, Project.binary, "apply", manifest])
    var counts: [String: Int] = [:]
    var steps: [String] = []
    for line in String(decoding: try folder.read("log"), as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
      guard words.count == 2, let end = words[1].firstIndex(of: "(") else { continue }
      let name = words[1][..<end].drop { $0 == " " }
      counts["\(words[0]) \(name)", default: 0] += 1
      steps.append("\(name):signal=KILL:when=\(counts["\(words[0]) \(name)", default: 0])")
    }
    try await Tool.require("rm", [log])
    // Of two threads' calls that count alike, one injection meets both.
    var seen: Set<String> = []
    return steps.filter { seen.insert($0).inserted }
  }

  /// Applies a manifest, and is killed at a step.
  static func run(_ manifest: String, killedAt step: String) async throws -> Tool {
    try await Tool.run(
      "strace",
      [
        "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + calls, "-e", "inject=" + step,
        Project.binary, "apply", manifest,
      ])
  }
}

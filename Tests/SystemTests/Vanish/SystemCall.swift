import SystemPackage
import TestSupport

/// A call by which a program looks at `/sys` or `/proc`, as strace(1) saw it.
struct SystemCall: CustomStringConvertible {
  /// Its name.
  let name: String
  /// Which of the calls of this name it was of its thread, from 1.
  let occurrence: Int
  /// The line.
  let description: String

  private static let names = [
    "openat", "readlink", "access", "read", "pread64", "getdents64", "newfstatat", "statx",
  ]

  /// The calls that the toolkit makes on a machine's attributes.
  /// - Parameter root: the captured machine's folder; nil for this machine.
  static func all(
    of arguments: [String], root: String?, in folder: TemporaryFolder
  ) async throws -> (result: Tool, calls: [SystemCall]) {
    let log = folder("strace.log")
    let result = try await Tool.run(
      "strace",
      ["-f", "-qq", "-y", "-e", "trace=" + names.joined(separator: ","), "-o", log, Project.binary]
        + arguments)
    var counts: [String: Int] = [:]
    var calls: [SystemCall] = []
    var others: Set<String> = []
    for line in String(decoding: try folder.read("strace.log"), as: UTF8.self).split(
      separator: "\n")
    {
      let words = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
      guard words.count == 2, let end = words[1].firstIndex(of: "(") else { continue }
      let name = words[1][..<end].drop { $0 == " " }
      let count = counts["\(words[0]) \(name)", default: 0] + 1
      counts["\(words[0]) \(name)"] = count
      if isOfAttribute(line, root) {
        calls.append(
          SystemCall(name: String(name), occurrence: count, description: String(line)))
      } else {
        others.insert("\(name) \(count)")
      }
    }
    // strace counts in each thread by itself: of two that count alike one may be the loader's.
    return (result, calls.filter { !others.contains("\($0.name) \($0.occurrence)") })
  }

  /// Whether the line names an attribute: not what the run-time library reads of its own process.
  private static func isOfAttribute(_ line: Substring, _ root: String?) -> Bool {
    if let root { return line.contains(root + "/sys") || line.contains(root + "/proc") }
    return [
      "/sys/dev/", "/sys/block", "/sys/class/", "/sys/bus/", "/sys/devices/", "/mountinfo",
      "/proc/swaps", "/proc/mounts",
    ].contains { line.contains($0) } && !line.contains("/sys/devices/system/")
  }

  /// Runs the program, to which this call comes back so.
  func failing(_ how: String, _ arguments: [String]) async throws -> Tool {
    try await Tool.run(
      "strace",
      [
        "-f", "-qq", "-o", "/dev/null", "-e", "trace=" + name, "-e",
        "inject=\(name):\(how):when=\(occurrence)", Project.binary,
      ] + arguments)
  }
}

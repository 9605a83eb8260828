import TestSupport
import Testing

/// Runs a verb again and again, each time with another of its system calls failing.
struct Faults {
  /// For the notes.
  let name: String
  let arguments: [String]
  let folder: TemporaryFolder
  /// How many runs there are when there is little time.
  let quick: Int
  /// How it ends without a fault.
  var status: Int32 = 0

  /// - Parameters:
  ///   - prepare: brings everything back to where it was.
  ///   - judge: looks at what a run left, by what it was meant to do.
  func stepThrough(
    prepare: () async throws -> Void = {},
    _ judge: (_ result: Tool, _ whole: Tool, _ note: String) async throws -> Void
  ) async throws {
    try await prepare()
    let (whole, steps) = try await FaultTracer.steps(of: arguments, in: folder)
    try #require(whole.status == status && steps.count > 20, "\(name): \(whole.errors)")
    var runs = 0
    var statuses: [Int32: Int] = [:]
    for fault in Fault.chosen(steps, quick) {
      try await prepare()
      let (result, step) = try await FaultTracer.run(arguments, fault, in: folder)
      // Of threads that share the work, one may make fewer calls this time.
      guard let step else { continue }
      let note = "\(name): \(fault.how) \(step): status \(result.status): \(result.errors)"
      runs += 1
      statuses[result.status, default: 0] += 1
      if fault.how == .isKilled {
        #expect(result.status == Self.killed, "\(note)")
      } else {
        expectTold(result, note)
      }
      try await judge(result, whole, note)
      try await log(note)
    }
    #expect(runs > 0, "\(name)")
    if Project.isLong {
      let ends = statuses.sorted { $0.key < $1.key }.map { "\($0.value) with \($0.key)" }
      print("\(name): \(steps.count) calls, \(runs) failed: ended \(ends.joined(separator: ", "))")
    }
  }

  /// How a run ends that was killed.
  static let killed: Int32 = 128 + 9

  /// A documented status, and one line that says why it is not 0.
  private func expectTold(_ result: Tool, _ note: String) {
    #expect((0...3).contains(result.status), "\(note)")
    let lines = result.errors.split(separator: "\n")
    #expect(lines.allSatisfy { $0.hasPrefix("iopmem: ") }, "\(note)")
    let isAnswered = lines.isEmpty && result.text.contains(#""standing":"unknown""#)
    // Where calls go on failing, what is told of the first may not be all.
    let isOne = lines.count == 1 || note.contains("from here on") && !lines.isEmpty
    #expect(result.status == status || isOne || isAnswered, "\(note)")
  }

  /// Keeps what was said, for people to read: `IOPMEM_FAULT_LOG` names the file.
  private func log(_ note: String) async throws {
    guard let file = Project.environment("IOPMEM_FAULT_LOG") else { return }
    let line = note.split(separator: "\n").joined(separator: " | ")
    try await Tool.require("sh", ["-c", #"printf '%s\n' "$1" >>"$0""#, file, line])
  }
}

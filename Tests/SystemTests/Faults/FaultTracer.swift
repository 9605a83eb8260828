import TestSupport
import Testing

/// The program under `fault.c`, by which one of its system calls ends otherwise.
enum FaultTracer {
  private static let tool = Task {
    let folder = try TemporaryFolder()
    try await Tool.require(
      "cc",
      [
        "-D_GNU_SOURCE", "-O1", "-Wall", "-Wextra", "-Werror", "-o", folder("fault"),
        Project.folder + "/Tests/SystemTests/Faults/fault.c",
      ])
    return folder
  }

  private static func run(
    _ what: [String], _ arguments: [String], in folder: TemporaryFolder
  ) async throws -> (Tool, [FaultStep]) {
    let tracer = try await tool.value
    let log = try folder.write([], to: "fault.log")
    // A run that hangs ends as by a signal.
    let result = try await Tool.run(
      "timeout",
      ["-s", "KILL", "60", tracer("fault"), log] + what + [Project.binary] + arguments)
    let steps = String(decoding: try folder.read("fault.log"), as: UTF8.self)
      .split(separator: "\n").compactMap(FaultStep.init)
    try await Tool.require("rm", [log])
    return (result, steps)
  }

  /// A run without a fault, and the calls by which it reads and changes files.
  static func steps(
    of arguments: [String], in folder: TemporaryFolder
  ) async throws -> (Tool, [FaultStep]) {
    try await run(["all"], arguments, in: folder)
  }

  /// A run with a fault, and the call that met it; nil if the run made fewer.
  static func run(
    _ arguments: [String], _ fault: Fault, in folder: TemporaryFolder
  ) async throws -> (Tool, FaultStep?) {
    let (result, steps) = try await run(
      [fault.step.kind, String(fault.step.number), fault.how.text], arguments, in: folder)
    return (result, steps.first { $0.pattern == fault.step.pattern })
  }
}

/// A system call of a run.
struct FaultStep: CustomStringConvertible {
  /// Of what it was: `file` of the test's own, or `machine`.
  let kind: String
  /// Which of all of its kind it was, from 1.
  let number: Int
  /// Whether the program made it itself, not one that it ran.
  let isOwn: Bool
  /// Whether it changes a file.
  let writes: Bool
  let name: String
  /// The file, as far as it is known.
  let path: String

  var description: String { "\(isOwn ? "" : "child's ")\(name) \(path)" }

  init?(_ line: Substring) {
    let words = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: false)
    guard words.count == 6, let number = Int(words[1]) else { return nil }
    kind = String(words[0])
    self.number = number
    isOwn = words[2] == "own"
    writes = words[3] == "write"
    name = String(words[4])
    path = String(words[5])
  }

  /// Of the many devices of a machine each is read alike.
  var isOfMachine: Bool { kind == "machine" }

  /// What it has in common with the calls that are like it.
  var pattern: String {
    // Other tests have folders and devices of their own.
    let path = path.replacing(/iopmem-test\.\w+/, with: "").replacing(/[0-9]+/, with: "#")
    return name + " " + path
  }
}

/// How a call ends.
enum HowItFails: Hashable, CustomStringConvertible {
  /// It is not made, and fails.
  case fails(FaultError)
  /// It is made, and is said to have failed.
  case isToldToFail(FaultError)
  /// It fails, as every call after it that does as it does: reads the file, or changes files.
  case failsFromHere(FaultError)
  /// It moves half of the bytes.
  case isShort
  /// The program is killed instead.
  case isKilled

  var description: String {
    switch self {
    case .fails(let error): "\(error)"
    case .isToldToFail(let error): "done, and told \(error)"
    case .failsFromHere(let error): "from here on \(error)"
    case .isShort: "short"
    case .isKilled: "killed at"
    }
  }

  /// As `fault.c` reads it.
  var text: String {
    switch self {
    case .fails(let error): "errno=\(error.rawValue)"
    case .isToldToFail(let error): "told=\(error.rawValue)"
    case .failsFromHere(let error): "from=\(error.rawValue)"
    case .isShort: "short"
    case .isKilled: "kill"
    }
  }
}

/// The errors, by their numbers on Linux.
enum FaultError: Int32, CustomStringConvertible {
  case interrupted = 4
  case input = 5
  case space = 28
  case readOnly = 30
  case stale = 116
  case quota = 122

  /// Its name in C.
  var description: String {
    switch self {
    case .interrupted: "EINTR"
    case .input: "EIO"
    case .space: "ENOSPC"
    case .readOnly: "EROFS"
    case .stale: "ESTALE"
    case .quota: "EDQUOT"
    }
  }
}

/// A call, and how it ends.
struct Fault {
  let step: FaultStep
  let how: HowItFails
  /// When its turn comes, among the ways that this call can end.
  let round: Int

  /// All that can sensibly happen to the calls of a run.
  static func all(_ steps: [FaultStep]) -> [Fault] {
    var seen: [String: Int] = [:]
    return steps.flatMap { step -> [Fault] in
      // A descriptor of a pipe to a program is never stale.
      if step.path.hasPrefix("pipe:"), !["read", "write"].contains(step.name) { return [] }
      if step.isOfMachine {
        seen[step.pattern, default: 0] += 1
        if seen[step.pattern, default: 0] > 2 { return [] }
      }
      let ways = ways(step) + (step.isOwn && step.writes ? [.isKilled] : [])
      return ways.enumerated().map { index, how in
        Fault(step: step, how: how, round: (index + step.number) % ways.count)
      }
    }
  }

  private static func ways(_ step: FaultStep) -> [HowItFails] {
    switch step.name {
    case "close": return [.isToldToFail(.input)]
    case "read", "pread64":
      // What fails once, libext2fs reads once more.
      return [.fails(.input), .fails(.interrupted), .isShort]
        + (step.isOfMachine ? [] : [.fails(.stale), .failsFromHere(.input)])
    case "write", "pwrite64", "copy_file_range":
      return [
        .fails(.space), .fails(.input), .fails(.quota), .fails(.interrupted), .isShort,
        .failsFromHere(.input), .failsFromHere(.readOnly),
      ]
    case "fsync", "fdatasync", "syncfs", "sync_file_range":
      return [
        .fails(.input), .fails(.space), .fails(.quota), .isToldToFail(.input),
        .failsFromHere(.input), .failsFromHere(.readOnly),
      ]
    case "flock": return [.fails(.interrupted), .fails(.input)]
    case "openat" where step.writes:
      return [
        .fails(.space), .fails(.input), .fails(.quota), .fails(.readOnly), .fails(.interrupted),
        .fails(.stale), .failsFromHere(.readOnly),
      ]
    case _ where step.writes:
      return [
        .fails(.space), .fails(.input), .fails(.quota), .fails(.readOnly), .fails(.stale),
        .isToldToFail(.input), .failsFromHere(.readOnly), .failsFromHere(.input),
      ]
    case "openat", "ioctl":
      return [.fails(.input), .fails(.interrupted), .fails(.stale)]
    default: return [.fails(.input), .fails(.stale)]
    }
  }

  /// All in a long run, each call once before any comes again, and first those that change files; else so
  /// many. The same every time.
  static func chosen(_ steps: [FaultStep], _ count: Int) -> [Fault] {
    var numbers = SplitMix64(seed: 17)
    let all = all(steps).shuffled(using: &numbers)
    if !Project.isLong { return Array(all.prefix(count)) }
    return all.sorted { ($0.round, $0.step.writes ? 0 : 1) < ($1.round, $1.step.writes ? 0 : 1) }
  }
}

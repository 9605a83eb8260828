internal import Glibc
internal import Subprocess
internal import SystemPackage
public import Testing

/// A program run to its end, and what it said.
public struct Tool: Sendable {
  /// The exit status; 128 and the signal for one that was killed.
  public let status: Int32
  /// What it wrote to standard output.
  public let output: [UInt8]
  /// What it wrote to standard error.
  public let errors: String

  /// Standard output as text, bytes that are none repaired.
  public var text: String { String(decoding: output, as: UTF8.self) }

  private static let folders = [
    "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin",
  ]

  /// The path of a program; its name where it is in no folder.
  private static func place(of name: String) -> String {
    if name.contains("/") { return name }
    return folders.lazy.map { "\($0)/\(name)" }.first { unsafe access($0, X_OK) == 0 } ?? name
  }

  /// How long a program may run, in seconds, however loaded the machine is.
  private static let patience = 600

  /// Runs a program found in `PATH` (with the sbin folders) with no terminal and no input, in a process
  /// group of its own.
  /// - Throws: `ToolFailure` when it was ended, with what it had started, because it ran too long.
  @discardableResult
  public static func run(
    _ name: String, _ arguments: [String], environment: [String: String] = [:]
  ) async throws -> Tool {
    var variables: [Environment.Key: String?] = [
      "PATH": folders.joined(separator: ":"), "LC_ALL": "C",
    ]
    for (key, value) in environment { variables[Environment.Key(stringLiteral: key)] = value }
    await ProgramSlots.shared.take()
    defer { Task { await ProgramSlots.shared.giveBack() } }
    let begin = ContinuousClock.now
    let result = try await Subprocess.run(
      .path("/usr/bin/timeout"),
      arguments: Arguments(["--kill-after=30", "\(patience)", place(of: name)] + arguments),
      environment: .inherit.updating(variables),
      input: .none,
      output: .bytes(limit: 1 << 30),
      error: .string(limit: 1 << 24))
    let status: Int32 =
      switch result.terminationStatus {
      case .exited(let code): code
      case .signaled(let signal): 128 + signal
      }
    let ended = Tool(
      status: status, output: result.standardOutput, errors: result.standardError)
    // What timeout(1) exits with when the time was up, a test's own too, or when it had to kill.
    if [124, 137].contains(status), .now - begin >= .seconds(patience) {
      throw ToolFailure(
        command: "ended after \(patience) s: \(([name] + arguments).joined(separator: " "))",
        result: ended)
    }
    return ended
  }

  /// Runs a program that the test cannot go on without.
  /// - Throws: `ToolFailure` when it ends with anything but 0.
  @discardableResult
  public static func require(
    _ name: String, _ arguments: [String], environment: [String: String] = [:]
  ) async throws -> Tool {
    let result = try await run(name, arguments, environment: environment)
    guard result.status == 0 else {
      throw ToolFailure(command: ([name] + arguments).joined(separator: " "), result: result)
    }
    return result
  }

  /// What jq(1) shows of its output by a filter, without the last newline.
  public func filtered(_ filter: String) async throws -> String {
    let folder = try TemporaryFolder()
    let file = try folder.write(output, to: "output")
    let result = try await Tool.require("jq", ["-c", filter, file])
    return withExtendedLifetime(folder) { String(result.text.dropLast()) }
  }

  /// Runs the toolkit as built, `iopmem` with these arguments.
  @discardableResult
  public static func iopmem(
    _ arguments: [String], environment: [String: String] = [:]
  ) async throws -> Tool {
    try await run(Project.binary, arguments, environment: environment)
  }
}

/// A digest of every byte of a file or device.
/// - Throws: `ToolFailure` when it cannot be read.
public func digest(of path: String) async throws -> String {
  String(try await Tool.require("xxh128sum", ["--", path]).text.prefix { $0 != " " })
}

/// A program that had to succeed and did not.
public struct ToolFailure: Error, CustomStringConvertible {
  /// The command line.
  public let command: String
  /// How it ended.
  public let result: Tool

  /// The failure of a command.
  public init(command: String, result: Tool) {
    self.command = command
    self.result = result
  }

  /// Both, for the test's log.
  public var description: String {
    "\(command): status \(result.status)\n\(result.text)\(result.errors)"
  }
}

extension Tool {
  /// Expects an exit status, and shows what the program said if it is another.
  public func expect(
    status expected: Int32, _ comment: Comment? = nil,
    at location: SourceLocation = #_sourceLocation
  ) {
    expect(status: expected...expected, comment, at: location)
  }

  /// Expects one of several exit statuses, and shows what the program said if it is another.
  public func expect(
    status expected: ClosedRange<Int32>, _ comment: Comment? = nil,
    at location: SourceLocation = #_sourceLocation
  ) {
    let said = "\(comment.map { "\($0): " } ?? "")\(text)\(errors)"
    #expect(expected.contains(status), "\(status): \(said)", sourceLocation: location)
  }
}

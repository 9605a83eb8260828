internal import ArgumentParser
internal import Iopmem
internal import Linux

/// The program: picks the verb by the name it was called by, runs it, and exits with its status.
public enum Program {
  /// Runs the process to its end.
  public static func run() async -> Never {
    let raw = Arguments.raw
    let arguments = verbAndOptions(raw.map(PathArgument.encode))
    var status = ExitCode.success
    do {
      var command = try IopmemCommand.parseAsRoot(arguments)
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      status = report(error)
    }
    IopmemCommand.exit(withError: status.isSuccess ? nil : status)
  }

  /// The arguments with the verb that a link's name stands for: `mkfs.iopmem` is `iopmem mkfs`.
  static func verbAndOptions(_ arguments: [String]) -> [String] {
    let name = arguments.first?.split(separator: "/").last.map(String.init) ?? ""
    let rest = Array(arguments.dropFirst())
    if name == "mkfs.iopmem" { return ["mkfs"] + rest }
    if name.hasPrefix("iopmem-") { return [String(name.dropFirst("iopmem-".count))] + rest }
    return rest
  }

  /// Says what went wrong, or what was asked for (`--help`), and with which status to end.
  private static func report(_ error: any Error) -> ExitCode {
    switch error {
    case let failure as Failure:
      Diagnostics.report(failure)
      return ExitCode(failure.code.exitStatus)
    case let status as ExitCode:
      return status
    default:
      return report(parserError: error)
    }
  }

  /// Writes the parser's own text: help and versions to stdout, mistakes to stderr.
  private static func report(parserError error: any Error) -> ExitCode {
    let status = IopmemCommand.exitCode(for: error)
    let message = IopmemCommand.fullMessage(for: error)
    guard status.isSuccess else {
      Diagnostics.write(message)
      return status
    }
    do {
      var output = Output.standard()
      try output.write(message + "\n")
      try output.flush()
      return status
    } catch {
      let failure = Failure.standardOutput(error)
      Diagnostics.report(failure)
      return ExitCode(failure.code.exitStatus)
    }
  }
}

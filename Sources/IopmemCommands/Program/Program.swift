internal import ArgumentParser
internal import Dispatch
internal import Iopmem
internal import Linux
internal import Synchronization

/// The program: picks the verb by the name it was called by, runs it, and exits with its status.
public enum Program {
  /// Runs the process to its end.
  public static func run() -> Never {
    BrokenPipe.failsWrites()
    FileSizeLimit.failsWrites()
    let raw = Arguments.raw
    let arguments = verbAndOptions(raw.map(PathArgument.encode))
    let status: ExitCode
    do {
      // The runtime reads them from /proc, and without one, or a descriptor for it, says that there
      // are none: help would then be printed for whatever was asked.
      if raw.isEmpty {
        throw Failure(
          .failed, nil, "the command line cannot be read",
          remedy: "it needs /proc, and some file descriptors: ulimit -n")
      }
      try reserveStandardDescriptors()
      var command = try helper() ?? parse(arguments)
      let options = VerbOptions(of: type(of: command).configuration.commandName)
      CallerOption.name { options.name(of: $0) }
      if let asynchronous = command as? any AsyncParsableCommand {
        guard StandardDescriptors.haveRoom(for: mostDescriptors) else {
          throw Failure(
            .failed, nil, "has no room for \(mostDescriptors) open files, and runs other programs",
            remedy: "allow more: ulimit -n")
        }
        guard Threads.haveRoom(for: mostThreads) else {
          throw Failure(
            .failed, nil, "has no room for \(mostThreads) threads, and runs other programs",
            remedy: "allow more: ulimit -v, ulimit -u")
        }
        status = wait(for: asynchronous)
      } else {
        try command.run()
        status = .success
      }
    } catch {
      status = report(error, arguments)
    }
    IopmemCommand.exit(withError: status.isSuccess ? nil : status)
  }

  /// What a verb that runs other programs opens at once, and some more: its own files, pipes, and what
  /// the library has that waits for the programs.
  private static let mostDescriptors = 24
  /// What such a verb, and that library, run on at once, and some more.
  private static let mostThreads = 12

  private static func reserveStandardDescriptors() throws(Failure) {
    do { try StandardDescriptors.reserve() } catch {
      throw Failure(error, nil, "cannot open /dev/null")
    }
  }

  /// Parses the arguments by the verb alone, where the first names one: to set up the parser for
  /// all verbs costs 2 ms. What the verb alone does not take, help and mistakes, is parsed again
  /// from the top, so that messages speak of the whole program.
  private static func parse(_ arguments: [String]) throws -> any ParsableCommand {
    let verb = verb(named: arguments.first)
    if verb == nil { try expectVerb(arguments) }
    if let command = try? verb?.parseAsRoot(Array(arguments.dropFirst())) { return command }
    return try IopmemCommand.parseAsRoot(arguments)
  }

  /// The helper of mount(8), whose options are that program's, where it was called so.
  private static func helper() throws -> (any ParsableCommand)? {
    let arguments = Arguments.raw.map(PathArgument.encode)
    guard name(of: arguments) == "mount.iopmem" else { return nil }
    return try MountHelperCommand.parseAsRoot(Array(arguments.dropFirst()))
  }

  /// The name that the program was called by.
  private static func name(of arguments: [String]) -> String {
    arguments.first?.split(separator: "/").last.map(String.init) ?? ""
  }

  /// Runs a verb that waits for other programs.
  ///
  /// Not by an asynchronous `main`: that ends the first thread by unwinding it, which in a
  /// statically linked program sorts all its frames first, and costs every verb 10 ms.
  private static func wait(for command: sending any AsyncParsableCommand) -> ExitCode {
    let outcome = Outcome()
    Task {
      var command = command
      do {
        try await command.run()
        outcome.finish(.success)
      } catch { outcome.finish(report(error)) }
    }
    return outcome.wait()
  }

  /// The arguments with the verb that a link's name stands for: `mkfs.iopmem` is `iopmem mkfs`, and
  /// `iopmem-` before any other word than a verb is but a name of the program.
  static func verbAndOptions(_ arguments: [String]) -> [String] {
    let name = name(of: arguments)
    let rest = Array(arguments.dropFirst())
    // As other makers of file systems take it, without a device.
    if name == "mkfs.iopmem" { return ["mkfs"] + (rest == ["-V"] ? ["--version"] : rest) }
    let word = name.hasPrefix("iopmem-") ? String(name.dropFirst("iopmem-".count)) : ""
    return verb(named: word) == nil ? rest : [word] + rest
  }

  /// The verb of a name; nil where there is none.
  static func verb(named name: String?) -> (any ParsableCommand.Type)? {
    IopmemCommand.configuration.subcommands.first { $0.configuration.commandName == name }
  }

  /// Reports an error, or prints what was asked for (`--help`); returns the exit status.
  /// - Parameter words: the command line, without the program's name.
  private static func report(_ error: any Error, _ words: [String] = []) -> ExitCode {
    switch error {
    case let failure as Failure:
      Diagnostics.report(failure)
      return ExitCode(failure.code.exitStatus)
    case let status as ExitCode:
      return status
    default:
      return report(parserError: error, words)
    }
  }

  /// Writes the parser's own text: help and versions to stdout, mistakes to stderr.
  private static func report(
    parserError error: any Error, _ words: some Collection<String>
  ) -> ExitCode {
    let status = IopmemCommand.exitCode(for: error)
    let word = words.first
    guard status.isSuccess else {
      Diagnostics.report(
        mistake(
          IopmemCommand.message(for: error), of: verb(named: word) == nil ? nil : word,
          words.dropFirst()))
      return status
    }
    let message = IopmemCommand.fullMessage(for: error)
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

/// A status that one thread waits for and another finds.
private final class Outcome: Sendable {
  private let done = DispatchSemaphore(value: 0)
  private let status = Mutex(ExitCode.failure)

  func finish(_ status: ExitCode) {
    self.status.withLock { $0 = status }
    done.signal()
  }

  func wait() -> ExitCode {
    done.wait()
    return status.withLock { $0 }
  }
}

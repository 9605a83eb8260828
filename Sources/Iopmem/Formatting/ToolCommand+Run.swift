internal import Linux
internal import Subprocess
internal import SystemPackage

extension ToolCommand {
  /// Runs the tool to its end, with no input and no terminal.
  /// - Returns: what it wrote, standard error among it.
  /// - Throws: `Failure` when it is not installed or does not end with 0.
  func run(on device: FilePath) async throws(Failure) -> String {
    try await run(on: device, .none)
  }

  /// Runs the tool to its end, with no terminal, and with an open file as its standard input, which
  /// it does not read: a lock of that file by flock(2) then lasts as long as the tool does, also
  /// where this program is killed before it.
  /// - Parameter counter: tells how far it is, many times a second.
  func run(
    on device: FilePath, holding file: borrowing Descriptor, counter: WriteCounter? = nil
  ) async throws(Failure) -> String {
    let number = FileDescriptor(rawValue: file.rawValue)
    return try await run(
      on: device, .fileDescriptor(number, closeAfterSpawningProcess: false), counter)
  }

  private func run(
    on device: FilePath, _ input: some InputProtocol, _ counter: WriteCounter? = nil
  ) async throws(Failure) -> String {
    let tool = try await locate(for: device)
    // Subprocess hands raw bytes on as C strings, and leaves it to the caller to end them.
    let terminated = arguments.map { $0 + [0] }
    let environment = Subprocess.Environment.custom(wholeEnvironment)
    var options = PlatformOptions()
    options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(10))]
    do {
      let (status, bytes) = try await Self.endingWithSignals(counter) { [options] in
        let result = try await Subprocess.run(
          .path(tool), arguments: Arguments(terminated), environment: environment,
          platformOptions: options, input: input, output: .bytes(limit: 1 << 20),
          error: .combinedWithOutput)
        return (result.terminationStatus, result.standardOutput)
      }
      let text = String(decoding: bytes, as: UTF8.self)
      guard status.isSuccess else { throw failure(of: device, status, text) }
      return text
    } catch is CancellationError {
      throw interrupted(device)
    } catch let failure as Failure {
      throw failure
    } catch let error as SubprocessError {
      let failure = Failure(.failed, device, "cannot run \(program)", cause: error.underlyingError)
      if failure.cause != nil { throw failure }
      throw Failure(
        .failed, device,
        error.code == .outputLimitExceeded
          ? "cannot run \(program): it says more than it has to say"
          : "cannot run \(program): it cannot be executed")
    } catch {
      throw Failure(.failed, device, "cannot run \(program)")
    }
  }

  /// Where the tools are that a system's administrator installed.
  private static let systemPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

  /// All variables that the tool gets. The caller's are kept from it: by `LD_PRELOAD`, `MKE2FS_SYNC` and
  /// their like it would do something else than it is told.
  private var wholeEnvironment: [Subprocess.Environment.Key: String] {
    let path = Process.isPrivileged ? nil : Process.variable("PATH")
    var variables: [Subprocess.Environment.Key: String] = ["PATH": path ?? Self.systemPath]
    for variable in environment {
      if let key = Subprocess.Environment.Key(rawValue: variable.name) {
        variables[key] = variable.value
      }
    }
    return variables
  }

  /// Finds the tool in the system's folders; for who has no privileges in those of `PATH` before, since
  /// by that he can do no more than he can without. Folders that are relative are left out.
  func locate(for device: FilePath) async throws(Failure) -> FilePath {
    let tool = Executable.name(program)
    let own = Process.isPrivileged ? nil : Process.variable("PATH")
    for path in [own, Self.systemPath] {
      guard let path,
        let found = try? await tool.resolveExecutablePath(in: .custom(["PATH": path]))
      else { continue }
      return found
    }
    throw Failure(
      .failed, device, "cannot be formatted: \(program) is not installed",
      remedy: "install the Debian package \(package)")
  }

  /// Runs a body, and cancels it when a signal comes that is held back meanwhile.
  private static func endingWithSignals<T: Sendable>(
    _ counter: WriteCounter?, _ body: @escaping @Sendable () async throws -> T
  ) async throws -> T {
    try await withThrowingTaskGroup(of: T?.self) { group in
      group.addTask { try await body() }
      group.addTask {
        while Interruption.signal == nil {
          try await Task.sleep(for: .milliseconds(50))
          counter?.tell()
        }
        return nil
      }
      defer { group.cancelAll() }
      while let result = try await group.next() {
        if let result { return result }
        // The signal came; the body is waited for all the same.
        group.cancelAll()
      }
      throw CancellationError()
    }
  }

  private func interrupted(_ device: FilePath) -> Failure {
    Failure(.failed, device, "was interrupted while \(program) ran, which was ended")
      .named(.interrupted)
  }

  /// Describes how the tool ended and what it said, on one line whatever that holds. How it is to be
  /// called is no answer to who did not call it; and it says so before it writes.
  private func failure(
    of device: FilePath, _ status: TerminationStatus, _ text: String
  ) -> Failure {
    if Interruption.signal != nil {
      return interrupted(device)
    }
    let ending =
      switch status {
      case .exited(let code): "failed with status \(code)"
      case .signaled(let signal): "was killed by signal \(signal)"
      }
    let lines = text.split(whereSeparator: \.isNewline).map { line in
      String(String.UnicodeScalarView(line.unicodeScalars.filter { !$0.properties.isControl }))
    }
    let usage = lines.firstIndex {
      $0.hasPrefix("Usage:") || $0.hasPrefix("Bad option(s) specified")
    }
    let said = lines.prefix(usage ?? lines.count).joined(separator: " / ")
    return Failure(
      .failed, device, "\(program) \(ending): \(said)",
      remedy: usage.map { _ in "nothing was written; see \(program)(8)" })
  }
}

extension Unicode.Scalar.Properties {
  fileprivate var isControl: Bool { generalCategory == .control || generalCategory == .format }
}

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
  func run(on device: FilePath, holding file: borrowing Descriptor) async throws(Failure) -> String
  {
    let number = FileDescriptor(rawValue: file.rawValue)
    return try await run(on: device, .fileDescriptor(number, closeAfterSpawningProcess: false))
  }

  private func run(on device: FilePath, _ input: some InputProtocol) async throws(Failure) -> String
  {
    var variables: [Subprocess.Environment.Key: String?] = [:]
    for variable in environment {
      if let key = Subprocess.Environment.Key(rawValue: variable.name) {
        variables[key] = variable.value
      }
    }
    let tool = try await locate(for: device)
    // Subprocess hands raw bytes on as C strings, and leaves it to the caller to end them.
    let terminated = arguments.map { $0 + [0] }
    do {
      let result = try await Subprocess.run(
        .path(tool), arguments: Arguments(terminated), environment: .inherit.updating(variables),
        input: input, output: .bytes(limit: 1 << 20), error: .combinedWithOutput)
      let text = String(decoding: result.standardOutput, as: UTF8.self)
      guard result.terminationStatus.isSuccess else {
        throw Failure(.failed, device, explanation(result.terminationStatus, text))
      }
      return text
    } catch let failure as Failure {
      throw failure
    } catch {
      throw Failure(.failed, device, "cannot run \(program): \(error)")
    }
  }

  /// Finds the tool in `PATH`, or else in the sbin folders, which the `PATH` of ordinary users lacks.
  func locate(for device: FilePath) async throws(Failure) -> FilePath {
    let tool = Executable.name(program)
    if let found = try? await tool.resolveExecutablePath(in: .inherit) { return found }
    do {
      return try await tool.resolveExecutablePath(
        in: .inherit.updating(["PATH": "/usr/local/sbin:/usr/sbin:/sbin"]))
    } catch {
      throw Failure(
        .failed, device, "cannot be formatted: \(program) is not installed",
        remedy: "install the Debian package \(package)")
    }
  }

  /// Describes how the tool ended and what it said, on one line whatever that holds.
  private func explanation(_ status: TerminationStatus, _ text: String) -> String {
    let ending =
      switch status {
      case .exited(let code): "failed with status \(code)"
      case .signaled(let signal): "was killed by signal \(signal)"
      }
    let lines = text.split(whereSeparator: \.isNewline).map { line in
      String(String.UnicodeScalarView(line.unicodeScalars.filter { !$0.properties.isControl }))
    }
    return "\(program) \(ending): \(lines.joined(separator: " / "))"
  }
}

extension Unicode.Scalar.Properties {
  fileprivate var isControl: Bool { generalCategory == .control || generalCategory == .format }
}

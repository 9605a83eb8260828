public import Linux
internal import Signature
internal import SystemPackage

/// Makes a file system for DAX and peer-to-peer DMA, and says what it made.
///
/// Between the end of the exclusive hold and the tool's own one nobody holds the device, for as
/// long as the tool takes to start; flock(2) is kept meanwhile, and the tool's own checks stay on.
/// The tool keeps that lock too: the next run waits for one whose starter was killed.
public enum Formatter {
  /// Told how much was written, of how much that is about to be.
  public typealias Progress = @Sendable (_ done: ByteCount, _ total: ByteCount) -> Void

  /// Checks whether the device may be formatted, and with which command. Changes no byte.
  /// - Throws: `Failure` (refused) when it may not.
  public static func command(
    for request: FormatRequest, on machine: SystemRoot = SystemRoot()
  ) throws(Failure) -> ToolCommand {
    try FormatPlan.validate(request)
    if let size = try imageToMake(request) {
      return try FormatPlan.command(for: request, on: FormatGeometry(length: size))
    }
    let target = try LockedTarget(opening: request.device, request.lock)
    return try admit(FormatTarget(target, request, on: machine), request)
  }

  /// Makes the file system and reads it back.
  /// - Parameters:
  ///   - announce: is told the command just before it runs.
  ///   - progress: is told how far it is, where the device counts what is written.
  /// - Throws: `Failure`: refused with no byte changed, or failed, with what state the device is in.
  public static func make(
    _ request: FormatRequest, on machine: SystemRoot = SystemRoot(),
    announce: (ToolCommand) throws(Failure) -> Void = { _ in },
    progress: Progress? = nil
  ) async throws(Failure) -> MadeFileSystem {
    try FormatPlan.validate(request)
    guard let size = try imageToMake(request) else {
      let target = try LockedTarget(opening: request.device, request.lock)
      return try await format(target, request, machine, announce, progress)
    }
    // Refused before the file exists, so that nothing needs to be taken back.
    let command = try FormatPlan.command(for: request, on: FormatGeometry(length: size))
    _ = try await command.locate(for: request.device)
    let image = try NewImageFile.make(request.device, request.lock)
    let target = try image.lengthen(to: size)
    do throws(Failure) {
      let made = try await format(target, request, machine, announce, progress)
      if Interruption.signal != nil { throw Failure(.failed, request.device, "was interrupted") }
      return made
    } catch { throw image.takenBack(after: error) }
  }

  static func format(
    _ locked: consuming LockedTarget, _ request: FormatRequest, _ machine: SystemRoot,
    _ announce: (ToolCommand) throws(Failure) -> Void, _ progress: Progress?
  ) async throws(Failure) -> MadeFileSystem {
    var target = try FormatTarget(locked, request, on: machine)
    let command = try admit(target, request)
    _ = try await command.locate(for: request.device)
    try announce(command)
    let output = try await target.run(command, for: request, progress)
    try target.confirm()
    if request.overwrites { try target.eraseOldSignatures(keeping: request.type.rawValue) }
    return try await readBack(target, request, command, output)
  }

  /// Checks that the held device may be overwritten.
  /// - Returns: the command that does it.
  static func admit(
    _ target: borrowing FormatTarget, _ request: FormatRequest
  ) throws(Failure) -> ToolCommand {
    if let size = request.imageSize, size != target.geometry.length {
      throw Failure(
        .refused, request.device,
        "has \(target.geometry.length.rawValue) bytes already, not \(size.rawValue)",
        remedy: ways("remove the file", "leave out \(option: .size)")
      ).named(.differs)
    }
    // What it holds is worth more than what could be made of it.
    let objection = try target.existingContent().objection
    if let objection, !request.overwrites {
      throw Failure(
        .refused, request.device, objection, remedy: ways("\(option: .force) overwrites it")
      )
      .named(.notBlank)
    }
    return try FormatPlan.command(for: request, on: target.geometry)
  }

  private static func readBack(
    _ target: borrowing FormatTarget, _ request: FormatRequest, _ command: ToolCommand,
    _ output: String
  ) async throws(Failure) -> MadeFileSystem {
    var found =
      switch request.type {
      case .ext4: try ReadBack(ext4: request.device, request, target.geometry)
      case .xfs: try ReadBack(xfs: request.device, request, target.geometry)
      }
    let content = try target.content()
    if case .found(let signature) = content, signature.type == request.type.rawValue {
      found.verified.append("no signature but its own")
    } else {
      let objection = ExistingContent(content: content, startIsUsed: false, endIsUsed: false)
        .objection
      found.problems.append(
        "libblkid does not take the device for \(request.type.rawValue) alone: it "
          + (objection ?? "recognises nothing"))
    }
    guard found.problems.isEmpty, let uuid = found.uuid else {
      throw Failure(
        .failed, request.device,
        "was formatted, and is not what it should be: " + found.problems.joined(separator: "; "),
        remedy: "do not use it as it is; wipefs(8) removes old signatures")
    }
    return MadeFileSystem(
      device: request.device, imageOffset: target.part?.offset ?? 0, type: request.type,
      length: target.geometry.length, uuid: uuid,
      label: found.label.isEmpty ? nil : found.label, blockSize: found.blockSize,
      runs: found.runs, verified: found.verified, command: command, toolOutput: output)
  }

  /// Tells how long an image to make; nil where no size was asked for, and for a file that has bytes
  /// or a device. A run that was killed may have left a file that has none.
  static func imageToMake(_ request: FormatRequest) throws(Failure) -> ByteCount? {
    guard let size = request.imageSize else { return nil }
    let status: Status
    do throws(Errno) { status = try Status(of: request.device, followingLinks: true) } catch {
      if error == .noSuchFileOrDirectory { return size }
      throw Failure(error, request.device, "cannot be examined")
    }
    guard status.kind == .regular else {
      throw Failure(.refused, request.device, "is no image file, so its length cannot be chosen")
    }
    return status.size == 0 ? size : nil
  }
}

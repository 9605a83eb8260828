public import Linux
internal import Signature
internal import SystemPackage

/// What became of a device that was to be formatted only if it is blank.
public enum FormatOutcome<New: Sendable>: Sendable {
  /// It was blank.
  case new(New)
  /// It holds what was asked for, and nothing was written.
  case kept(KeptFileSystem)

  /// Whether nothing is to be written.
  var isKept: Bool { if case .kept = self { true } else { false } }
}

extension Formatter {
  /// Checks whether a device is blank and may be formatted, and with which command, or holds what is
  /// wanted. Changes no byte.
  /// - Throws: `Failure`, refused, where it holds anything else.
  public static func commandIfBlank(
    for request: FormatRequest, wanting wanted: WantedFileSystem,
    on machine: SystemRoot = SystemRoot()
  ) throws(Failure) -> FormatOutcome<ToolCommand> {
    try FormatPlan.validate(request)
    if try imageToMake(request) != nil { return .new(try command(for: request, on: machine)) }
    let target = try LockedTarget(opening: request.device, request.lock)
    if let kept = try kept(target, request, wanted) { return .kept(kept) }
    return .new(try admit(FormatTarget(target, request, on: machine), request))
  }

  /// Makes the file system if the device is blank, and leaves it alone if it holds what is wanted,
  /// mounted or not. The look and the making are under one lock.
  /// - Throws: `Failure`: refused where it holds anything else; else as `make`.
  public static func makeIfBlank(
    _ request: FormatRequest, wanting wanted: WantedFileSystem,
    on machine: SystemRoot = SystemRoot(),
    announce: (ToolCommand) throws(Failure) -> Void = { _ in },
    progress: Progress? = nil
  ) async throws(Failure) -> FormatOutcome<MadeFileSystem> {
    try FormatPlan.validate(request)
    if try imageToMake(request) != nil {
      do {
        return .new(try await make(request, on: machine, announce: announce, progress: progress))
      } catch {
        // Another run was quicker, and what it made is looked at as all else is.
        guard error.name == Failure.Name.exists.rawValue else { throw error }
      }
    }
    let target = try LockedTarget(opening: request.device, request.lock)
    if let kept = try kept(target, request, wanted) { return .kept(kept) }
    return .new(try await format(target, request, machine, announce, progress))
  }

  /// The file system that a device holds, if it is the one that is wanted; nil where nothing is
  /// recognised.
  private static func kept(
    _ target: borrowing LockedTarget, _ request: FormatRequest, _ wanted: WantedFileSystem
  ) throws(Failure) -> KeptFileSystem? {
    let part = try target.part(request)
    guard let existing = try ExistingFileSystem(on: target.descriptor, target.path, part) else {
      return nil
    }
    let length: ByteCount
    if let part { length = part.length } else { length = try target.length() }
    var differences = existing.differences(from: wanted)
    if let size = request.imageSize, size != length {
      differences.append("has \(length.rawValue) bytes, not \(size.rawValue)")
    }
    guard differences.isEmpty else { throw .otherFileSystem(target.path, differences) }
    return KeptFileSystem(
      device: target.path, imageOffset: part?.offset ?? 0, type: wanted.type, length: length,
      uuid: existing.signature.uuid,
      label: existing.signature.label, blockSize: existing.blockSize.map { ByteCount(UInt64($0)) })
  }
}

extension LockedTarget {
  /// Which part of the image a file system is asked for in; nil for all of it.
  func part(_ request: FormatRequest) throws(Failure) -> ImagePart? {
    if request.place == .whole { return nil }
    let part = try ImagePart(ImageName(path, request.place), descriptor)
    guard let length = request.length else { return part }
    return try part.prefix(length, of: path)
  }

  /// How long the device or image is.
  func length() throws(Failure) -> ByteCount {
    try explain(path, "cannot be examined") { () throws(Errno) in
      ByteCount(try descriptor.length(status))
    }
  }
}

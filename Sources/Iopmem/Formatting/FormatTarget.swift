internal import Linux
internal import Signature
internal import SystemPackage

/// A device or image that is about to be formatted: open, locked, and used by nobody else.
struct FormatTarget: ~Copyable {
  let geometry: FormatGeometry
  /// Which bytes of the image are to be formatted; nil for all of it, or of a device.
  let part: ImagePart?
  private let target: LockedTarget
  private let machine: SystemRoot
  /// The exclusive hold of a block device. The tool takes its own, so this one must end first.
  private var hold: Descriptor?

  var path: FilePath { target.path }
  /// Where in the open file the bytes begin that are to be formatted.
  private var base: UInt64 { part?.offset ?? 0 }

  /// Takes a device or image for formatting.
  /// - Throws: `Failure`, refused, when it is in use or read-only.
  init(
    _ target: consuming LockedTarget, _ request: FormatRequest, on machine: SystemRoot
  ) throws(Failure) {
    let path = target.path
    let part = try target.part(request)
    let use = DeviceUse(root: machine)
    if target.status.kind == .blockDevice {
      hold = try Self.hold(path, target.status, use)
      let users = try explain(path, "cannot tell who uses it") { () throws(Errno) in
        try use.otherUsers(behind: target.status.specialDevice)
      }
      guard users.isEmpty else { throw Self.inUse(path, users) }
      geometry = try Self.geometry(of: target, on: machine)
    } else {
      let users = try explain(path, "cannot tell whether a loop device uses it") {
        () throws(Errno) in
        try use.users(ofImage: target.status)
      }
      guard users.isEmpty else { throw Self.inUse(path, users) }
      geometry = FormatGeometry(
        start: part?.offset ?? 0, length: part?.length ?? ByteCount(target.status.size),
        imageOffset: part?.offset)
      hold = nil
    }
    self.part = part
    self.target = target
    self.machine = machine
  }

  /// - Throws: `Failure`, refused, for a device that is read-only.
  private static func geometry(
    of target: borrowing LockedTarget, on machine: SystemRoot
  ) throws(Failure) -> FormatGeometry {
    let length: UInt64
    let isReadOnly: Bool
    do {
      isReadOnly = try target.descriptor.blockDeviceIsReadOnly()
      length = try target.descriptor.blockDeviceSize()
    } catch {
      throw Failure(error, target.path, "cannot be examined")
    }
    if isReadOnly { throw Failure(.refused, target.path, "is read-only").named(.readOnly) }
    let start = try BlockDevice(target.status.specialDevice, in: machine).start
    return FormatGeometry(start: start.rawValue, length: ByteCount(length))
  }

  /// Reads bytes of the device.
  /// - Throws: `Failure`, also if the device ends before them.
  func read(at offset: UInt64, count: Int) throws(Failure) -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: count)
    let done: Int
    do { done = try target.descriptor.read(at: base + offset, into: &buffer) } catch {
      throw Failure(error, path, "cannot be read")
    }
    guard done == count else { throw Failure(.failed, path, "ends before its length") }
    return buffer
  }

  /// The first byte of a part of the image that is not zero; nil where all are.
  func firstUse(of part: ImagePart) throws(Failure) -> UInt64? {
    let end = part.offset + part.length.rawValue
    return try target.descriptor.firstUse(in: part.offset..<end, of: path)
  }

  /// Asks libblkid what the device holds now.
  func content() throws(Failure) -> DeviceContent {
    do {
      var probe = try SignatureProbe()
      return try probe.content(
        of: target.descriptor, offset: base, length: geometry.length.rawValue)
    } catch {
      throw Failure(error, path, "cannot be probed for signatures")
    }
  }

  /// Ends the exclusive hold, so that the tool can take its own, and runs it; the lock stays, and
  /// ends no earlier than the tool.
  /// - Parameter progress: is told how far it is, of a block device.
  mutating func run(
    _ command: ToolCommand, for request: FormatRequest, _ progress: Formatter.Progress?
  ) async throws(Failure) -> String {
    hold = nil
    try confirm()
    var counter: WriteCounter?
    if let progress, target.status.kind == .blockDevice {
      counter = WriteCounter(
        target.status.specialDevice, in: machine,
        total: try FormatPlan.written(for: request, on: geometry), progress)
    }
    do {
      return try await command.run(on: path, holding: target.descriptor, counter: counter)
    } catch {
      var failure = error
      failure.remedy =
        failure.remedy ?? "the device may be half written: format it again before use"
      throw failure
    }
  }

  /// Erases old signatures, which a tool leaves where it writes nothing.
  ///
  /// A signature that is still there after the tool wrote all its metadata lies in free space. Call
  /// this when the tool has ended.
  mutating func eraseOldSignatures(keeping type: String) throws(Failure) {
    if case .found(let signature) = try content(), signature.type == type { return }
    let failed = "was formatted, and old signatures on it cannot be erased"
    if target.status.kind == .blockDevice {
      do { hold = try Self.hold(path, target.status, DeviceUse(root: machine)) } catch {
        throw Failure(.failed, path, "\(failed): it \(error.sentence)")
      }
    }
    do {
      let writable = try Descriptor(path, .readWrite, options: .nonBlocking)
      if try writable.status().isSameFile(as: target.status) {
        var probe = try SignatureProbe()
        try probe.erase(
          from: writable, offset: base, length: geometry.length.rawValue, keeping: type)
        return try writable.synchronize()
      }
    } catch {
      throw Failure(error, path, failed)
    }
    throw Failure(.failed, path, "\(failed): it was exchanged for another file")
  }

  /// Checks that the path still leads to what was examined: the tool opens it by its name.
  func confirm() throws(Failure) {
    let now = try explain(path, "is gone") { () throws(Errno) in
      try Status(of: path, followingLinks: true)
    }
    guard now.isSameFile(as: target.status) else {
      throw Failure(.failed, path, "was exchanged for another file meanwhile")
    }
  }
}

extension FormatTarget {
  /// Holds a block device as a mount does: open(2), O_EXCL without O_CREAT.
  private static func hold(
    _ path: FilePath, _ status: Status, _ use: DeviceUse
  ) throws(Failure) -> Descriptor {
    let hold: Descriptor
    do {
      hold = try Descriptor(path, .readOnly, options: [.exclusive, .nonBlocking])
    } catch .resourceBusy {
      // The kernel has refused it, whoever shows.
      let holders = (try? use.holders(of: status.specialDevice)) ?? []
      throw inUse(path, holders.isEmpty ? [DeviceUse.held(path)] : holders)
    } catch {
      throw Failure(error, path, "cannot be held exclusively")
    }
    let held = try Self.status(of: hold, path)
    guard held.specialDevice == status.specialDevice else {
      throw Failure(.failed, path, "was exchanged for another device while being opened")
    }
    return hold
  }

  private static func status(
    of descriptor: borrowing Descriptor, _ path: FilePath
  ) throws(Failure) -> Status {
    do { return try descriptor.status() } catch { throw Failure(error, path, "cannot be examined") }
  }

  private static func inUse(_ path: FilePath, _ users: [String]) -> Failure {
    Failure(.refused, path, "is in use: " + users.joined(separator: ", ")).named(.inUse)
  }
}

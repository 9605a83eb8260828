internal import Linux
internal import Signature
internal import SystemPackage

/// An image or block device whose file system is read without mounting it: found, and in use by nobody.
struct UnmountedImage: ~Copyable {
  /// What was found, which holds for others that read the same image beside this one.
  private struct Finding {
    let name: ImageName
    let windows: WindowSource
    let window: Window
    let offset: UInt64
    /// Whether the window is on a disk that is in no BAR.
    let isOnDisk: Bool
    /// Whether others may use it meanwhile.
    let mayBeUsed: Bool
    /// An image file as it was before anything was read of it; nil where somebody was let change it.
    let seen: Status?
  }

  private let found: Finding
  /// Keeps what places files into images away; nil where somebody was let use it.
  private let hold: Descriptor?
  private var confirmation = Freshness()

  var name: ImageName { found.name }
  var path: FilePath { name.path }
  /// Where the file system lies.
  var window: Window { found.window }
  /// Where in the image it begins, in bytes.
  var offset: UInt64 { found.offset }
  /// Whether the window is in a BAR, or in an image that stands for one.
  var isInBar: Bool { !found.isOnDisk && (window.bar != nil || window.source == .image) }

  /// Finds an image, and holds it.
  /// - Parameters:
  ///   - needsBar: whether a block device must lie in a BAR; on its disk else, if it does not.
  ///   - patience: how long what is locked by what places files into it is waited for.
  /// - Throws: `Failure`, refused, when it is in use and may not be.
  init(
    _ name: ImageName, windows: WindowSource, needsBar: Bool = true, mayBeUsed: Bool = false,
    waiting patience: LockPatience = .none
  ) throws(Failure) {
    let hold = mayBeUsed ? nil : try Self.held(name.path, patience)
    let seen = mayBeUsed ? nil : try Self.status(ofFile: name.path)
    let disk = needsBar ? nil : try Self.windowOnDisk(of: name, windows)
    let (window, offset): (Window, UInt64) =
      if let disk { (disk, 0) } else { try windows.place(ofImage: name) }
    if !mayBeUsed { try Self.expectUnused(name.path) }
    self.hold = hold
    found = Finding(
      name: name, windows: windows, window: window, offset: offset, isOnDisk: disk != nil,
      mayBeUsed: mayBeUsed, seen: seen)
  }

  /// The same image once more, for another thread: it too must be as it was when this one was found.
  func another() throws(Failure) -> UnmountedImage { try UnmountedImage(again: self) }

  private init(again other: borrowing UnmountedImage) throws(Failure) {
    hold = other.hold == nil ? nil : try Self.held(other.path, .none)
    found = other.found
  }

  /// Asks libblkid what lies there.
  func content() throws(Failure) -> DeviceContent {
    try explain(path, "cannot read") { () throws(Errno) in
      var probe = try SignatureProbe()
      return try probe.content(
        of: Descriptor(path, .readOnly, options: .nonBlocking), offset: offset,
        length: name.place == .whole ? 0 : window.length.rawValue)
    }
  }

  /// Refuses a file system that is longer: it would have places that are none.
  func expectRoom(for length: UInt64) throws(Failure) {
    guard length <= window.length.rawValue else {
      throw Failure(.refused, path, "is shorter than the file system it holds")
    }
  }

  /// Looks at the machine again, after something was read.
  /// - Throws: `Failure` when the image came into use, or lies elsewhere by now.
  mutating func confirm() throws(Failure) {
    if confirmation.isFresh { return }
    if !found.mayBeUsed { try Self.expectUnused(path) }
    let now =
      found.isOnDisk
      ? try Self.windowOnDisk(of: name, found.windows) : try found.windows.window(ofImage: name)
    guard now == window else {
      throw Failure(
        .unknown, path, "its window changed while the map was read",
        remedy: "try again when the device is at rest")
    }
    if let seen = found.seen, try Self.status(ofFile: path) != seen { throw .changed(path) }
    confirmation.renew()
  }

  /// The status of an image file, without the time of its last reading; nil for a block device.
  private static func status(ofFile path: FilePath) throws(Failure) -> Status? {
    var status = try explain(path, "cannot look it up") { () throws(Errno) in
      try Status(of: path, followingLinks: true)
    }
    status.accessed = status.changed
    return status.kind == .regular ? status : nil
  }

  /// The window of a block device that is in no BAR: on its disk; nil for all others.
  private static func windowOnDisk(
    of name: ImageName, _ windows: WindowSource
  ) throws(Failure) -> Window? {
    guard name.place == .whole, let status = try? Status(of: name.path, followingLinks: true),
      status.kind == .blockDevice
    else { return nil }
    let device = try BlockDevice(status.specialDevice, in: windows.root)
    guard !device.disk.isMemory else { return nil }
    let origin = try DeviceOrigin(windows: windows, needsBar: false).origin(of: device.number)
    do throws(OutOfRange) {
      let end = try origin.offset.advanced(by: device.length)
      return try Window(
        source: .image, start: origin.offset, length: device.length,
        barLength: ByteCount(end.rawValue))
    } catch { throw Failure(.unknown, name.path, "passes the end of what a disk can have") }
  }

  private static func held(
    _ image: FilePath, _ patience: LockPatience
  ) throws(Failure) -> Descriptor {
    // No other kind is opened: a FIFO waits for a writer.
    if let kind = try? Status(of: image, followingLinks: true).kind,
      kind != .regular && kind != .blockDevice
    {
      throw .noImage(image, kind)
    }
    do {
      while true {
        let descriptor = try Descriptor(image, .readOnly, options: .nonBlocking)
        try descriptor.lock(exclusively: false, waiting: patience)
        // Who held the lock can have put another in its place.
        let now = try Status(of: image, followingLinks: true)
        if try descriptor.status().isSameFile(as: now) { return descriptor }
      }
    } catch .wouldBlock { throw .inUse(image, [DeviceUse.locked(image)]) } catch {
      throw .opening(image, error)
    }
  }

  /// Checks that the machine neither has it mounted nor attached to a loop device, nor holds it.
  private static func expectUnused(_ image: FilePath) throws(Failure) {
    let status = try explain(image, "cannot look it up") { () throws(Errno) in
      try Status(of: image, followingLinks: true)
    }
    let users = try ImageHold.users(of: image, status)
    guard users.isEmpty else { throw .inUse(image, users) }
  }
}

extension Failure {
  /// Others write to an image or a device that is read.
  static func changed(_ image: FilePath) -> Failure {
    Failure(
      .unknown, image, "changed while it was read", remedy: "try again when it is at rest")
  }

  /// Refuses what can be no image.
  static func noImage(_ path: FilePath, _ kind: Status.Kind) -> Failure {
    Failure(.refused, path, "is neither a block device nor an image file but \(kind.noun)")
  }

  /// Refuses an image that somebody uses, and says who.
  fileprivate static func inUse(_ image: FilePath, _ users: [String]) -> Failure {
    Failure(
      .refused, image,
      "is in use: \(users.joined(separator: ", ")); what it holds is not all on the device",
      remedy: "unmount and detach it, or name its mounted files"
    ).named(as: ImageFileMapper.Doubt.inUse)
  }
}

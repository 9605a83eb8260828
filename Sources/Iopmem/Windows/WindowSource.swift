public import Linux
internal import SystemPackage

/// The machine to find windows on, and the caller's choices.
public struct WindowSource: Sendable {
  /// The machine.
  public let root: SystemRoot
  /// What the caller says.
  public let choices: WindowChoices

  /// The windows of a machine.
  public init(root: SystemRoot = SystemRoot(), choices: WindowChoices = WindowChoices()) {
    self.root = root
    self.choices = choices
  }

  /// Where the bytes of a block device lie.
  /// - Throws: as `WindowResolver.window` does.
  public func window(of device: DeviceNumber) throws(Failure) -> Window {
    try WindowResolver(root).window(of: device, choices: choices)
  }

  /// Where the bytes of a block device that has been read lie.
  /// - Throws: as `WindowResolver.window` does.
  public func window(of device: BlockDevice) throws(Failure) -> Window {
    try WindowResolver(root).window(of: device, choices: choices)
  }

  /// Where the bytes of a block device, or of an image file, lie.
  ///
  /// An image stands for the whole BAR: its places are BAR offsets, also of a file system that is
  /// only a part of it, and there are addresses only where the caller gives a base.
  public func window(ofImage name: ImageName) throws(Failure) -> Window {
    try place(ofImage: name).window
  }

  /// The same with the byte of the image at which the file system begins: both of one reading of the
  /// partition table, which another program may change.
  func place(ofImage name: ImageName) throws(Failure) -> (window: Window, offset: UInt64) {
    let path = name.path
    let status: Status
    do { status = try Status(of: path, followingLinks: true) } catch {
      throw Failure(error, path, "cannot stat")
    }
    switch status.kind {
    case .blockDevice:
      if name.place != .whole { _ = try ImagePart(name) }
      return (try window(of: status.specialDevice), 0)
    case .regular: break
    default:
      throw .noImage(path, status.kind)
    }
    if choices.bar != nil {
      throw Failure(
        .refused, path, "is a file and has no BAR", remedy: ways("give \(option: .base)"))
    }
    try choices.expectBase(path)
    let part = try ImagePart(name)
    do {
      let window = try Window(
        source: choices.base == nil ? .image : .given, start: BarOffset(part.offset),
        length: part.length, barLength: part.imageLength, busBase: choices.base)
      return (window, part.offset)
    } catch {
      throw Failure(.refused, path, "from its base address passes the end of the address space")
    }
  }
}

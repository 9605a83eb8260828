internal import Linux
internal import SystemPackage

/// What all files of a mounted file system have in common, as read a moment ago.
struct MountedDevice {
  let kind: FileSystemKind
  let uuid: VolumeUUID
  let blockSize: ByteCount
  let path: FilePath
  let window: Window
  private let number: DeviceNumber
  private var confirmation = Freshness()

  /// Whether another file may be mapped by this, once it was confirmed for one.
  var isFresh: Bool { confirmation.isFresh }

  init(
    _ device: BlockDevice, kind: FileSystemKind, uuid: VolumeUUID, blockSize: ByteCount,
    _ windows: WindowSource
  ) throws(Failure) {
    number = device.number
    self.kind = kind
    self.uuid = uuid
    self.blockSize = blockSize
    path = device.path
    window = try windows.window(of: device)
  }

  /// Looks at the machine again, after a file's map was read.
  /// - Throws: `Failure` when the window is not what it was.
  mutating func confirm(_ windows: WindowSource, _ file: FilePath) throws(Failure) {
    if isFresh { return }
    guard try windows.window(of: number) == window else {
      throw Failure(
        .unknown, file, "the window of \(path) changed while the map was read",
        remedy: "try again when the device is at rest")
    }
    confirmation.renew()
  }
}

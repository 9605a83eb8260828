internal import Linux
internal import SystemPackage

/// What holds for all files of a mounted file system.
struct MountedDevice {
  let kind: FileSystemKind
  let uuid: VolumeUUID
  let blockSize: ByteCount
  let path: FilePath
  let window: Window
  private let number: DeviceNumber
  /// When the window was last seen to be the same; nil before it was looked at again.
  private var confirmed: ContinuousClock.Instant?

  /// How long a window that was confirmed needs no further look. It goes only with the driver's
  /// binding or the function, and the mount with it.
  private static let trust = Duration.milliseconds(20)

  init(
    _ number: DeviceNumber, kind: FileSystemKind, uuid: VolumeUUID, blockSize: ByteCount,
    _ windows: WindowSource
  ) throws(Failure) {
    let device = try BlockDevice(number, in: windows.root)
    self.number = number
    self.kind = kind
    self.uuid = uuid
    self.blockSize = blockSize
    path = device.path
    window = try windows.window(of: number)
  }

  /// Looks at the machine again, after a file's map was read.
  /// - Throws: `Failure` when the window is not what it was.
  mutating func confirm(_ windows: WindowSource, _ file: FilePath) throws(Failure) {
    let now = ContinuousClock.now
    if let confirmed, now - confirmed < Self.trust { return }
    guard try windows.window(of: number) == window else {
      throw Failure(
        .unknown, file, "the window of \(path) changed while the map was read",
        remedy: "try again when the device is at rest")
    }
    confirmed = now
  }
}

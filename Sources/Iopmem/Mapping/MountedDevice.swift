internal import Linux
internal import SystemPackage

/// What holds for all files of a mounted file system, for a moment.
struct MountedDevice {
  let kind: FileSystemKind
  let uuid: VolumeUUID
  let blockSize: ByteCount
  let path: FilePath
  let window: Window
  private let number: DeviceNumber
  /// When all this was last seen to be so; nil before it was looked at again.
  private var confirmed: ContinuousClock.Instant?

  /// How long what was confirmed needs no further look: less than it takes to unmount a file
  /// system, make another and mount that, or to bind a function anew.
  private static let trust = Duration.milliseconds(20)

  /// Whether another file may be mapped by this, once it was confirmed for one.
  var isFresh: Bool { confirmed.map { .now - $0 < Self.trust } ?? false }

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
    if isFresh { return }
    guard try windows.window(of: number) == window else {
      throw Failure(
        .unknown, file, "the window of \(path) changed while the map was read",
        remedy: "try again when the device is at rest")
    }
    confirmed = .now
  }
}

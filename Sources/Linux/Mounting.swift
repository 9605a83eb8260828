internal import CLinux
public import SystemPackage

/// The system calls that mount.
public enum Mounting {
  /// What holds for a mount, whatever its file system: the names of mount(8), the bits of mount(2).
  public enum Flag: String, Sendable, CaseIterable {
    case nosuid, nodev, noexec, noatime, nodiratime

    /// `MS_NOSUID` and so on, linux/mount.h.
    fileprivate var bit: UInt {
      switch self {
      case .nosuid: 1 << 1
      case .nodev: 1 << 2
      case .noexec: 1 << 3
      case .noatime: 1 << 10
      case .nodiratime: 1 << 11
      }
    }
  }

  /// Mounts a file system.
  ///
  /// The corresponding C function is `mount`.
  /// - Parameter options: what the file system itself understands, separated by commas.
  public static func mount(
    _ device: FilePath, on folder: FilePath, type: String, flags: Set<Flag> = [], options: String
  ) throws(Errno) {
    let bits = flags.reduce(0) { $0 | $1.bit }
    _ = try call {
      unsafe device.withPlatformString { device in
        unsafe folder.withPlatformString { folder in
          unsafe iopmem_mount(device, folder, type, bits, options)
        }
      }
    }
  }

  /// Unmounts what is mounted on a folder; a symbolic link is followed, as `mount` does.
  ///
  /// The corresponding C function is `umount2`.
  public static func unmount(_ folder: FilePath) throws(Errno) {
    _ = try call { unsafe folder.withPlatformString { unsafe iopmem_unmount($0) } }
  }
}

internal import CLinux
public import SystemPackage

/// The system calls that mount.
public enum Mounting {
  /// Mounts a file system.
  ///
  /// The corresponding C function is `mount`.
  /// - Parameter options: what the file system itself understands, separated by commas.
  public static func mount(
    _ device: FilePath, on folder: FilePath, type: String, options: String
  ) throws(Errno) {
    _ = try call {
      unsafe device.withPlatformString { device in
        unsafe folder.withPlatformString { folder in
          unsafe iopmem_mount(device, folder, type, options)
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

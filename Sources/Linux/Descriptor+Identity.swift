internal import CLinux
public import SystemPackage

/// What tells a file from another that had, or will have, the same inode.
extension Descriptor {
  /// The inode's generation: another whenever the inode is given to a new file.
  ///
  /// The corresponding request is `FS_IOC_GETVERSION`.
  /// - Throws: `inappropriateIOCTLForDevice` where the file system keeps none.
  public func generation() throws(Errno) -> UInt32 {
    var generation: UInt32 = 0
    try control(.generation, &generation)
    return generation
  }

  /// The 16 bytes of the UUID of the file system that holds the file; no privilege is needed.
  ///
  /// The corresponding requests are `EXT4_IOC_GETFSUUID`, `XFS_IOC_FSGEOMETRY_V1` and, for others,
  /// `FS_IOC_GETFSUUID`, which kernels have from 6.9 on.
  /// - Parameter kind: the file system's, by which it is asked.
  /// - Throws: `inappropriateIOCTLForDevice` where none is known to the kernel.
  public func fileSystemUUID(_ kind: FileSystemKind) throws(Errno) -> [UInt8] {
    var uuid = [UInt8](repeating: 0, count: 16)
    do throws(Errno) {
      _ = try call {
        unsafe kind == .xfs
          ? iopmem_xfs_uuid(rawValue, &uuid) : iopmem_ext4_uuid(rawValue, &uuid)
      }
    } catch .inappropriateIOCTLForDevice {
      // ext2's own code, which shares ext4's number.
      _ = try call { unsafe iopmem_any_uuid(rawValue, &uuid) }
    }
    return uuid
  }
}

internal import CLinux
internal import SystemPackage

/// A request of ioctl(2), bound to the type that the kernel reads or writes for it.
struct IOControl<Operand: BitwiseCopyable> {
  /// The request's number, as in its C macro.
  let number: UInt
}

extension Descriptor {
  /// Puts a request to the open file.
  ///
  /// The corresponding C function is `ioctl`.
  func control<Operand>(_ request: IOControl<Operand>, _ operand: inout Operand) throws(Errno) {
    _ = try call { unsafe iopmem_ioctl(rawValue, request.number, &operand) }
  }
}

extension IOControl where Operand == UInt64 {
  /// `BLKGETSIZE64`.
  static var blockDeviceSize: Self { Self(number: iopmem_BLKGETSIZE64) }
}

extension IOControl where Operand == Int32 {
  /// `BLKROGET`.
  static var blockDeviceIsReadOnly: Self { Self(number: iopmem_BLKROGET) }
}

extension IOControl where Operand == UInt32 {
  /// `FS_IOC_GETVERSION`: the kernel writes an int, whatever the request's name says of a long.
  static var generation: Self { Self(number: iopmem_FS_IOC_GETVERSION) }
}

extension IOControl where Operand == fsxattr {
  /// `FS_IOC_FSGETXATTR`.
  static var attributes: Self { Self(number: iopmem_FS_IOC_FSGETXATTR) }
  /// `FS_IOC_FSSETXATTR`.
  static var setAttributes: Self { Self(number: iopmem_FS_IOC_FSSETXATTR) }
}

extension IOControl where Operand == iopmem_query {
  /// `IOPMEM_IOC_QUERY`.
  static var query: Self { Self(number: iopmem_IOC_QUERY) }
}

extension IOControl where Operand == iopmem_lease {
  /// `IOPMEM_IOC_LEASE`.
  static var lease: Self { Self(number: iopmem_IOC_LEASE) }
}

extension IOControl where Operand == iopmem_export_range {
  /// `IOPMEM_IOC_EXPORT`.
  static var export: Self { Self(number: iopmem_IOC_EXPORT) }
}

extension IOControl where Operand == iopmem_map {
  /// `IOPMEM_IOC_MAP`.
  static var map: Self { Self(number: iopmem_IOC_MAP) }
}

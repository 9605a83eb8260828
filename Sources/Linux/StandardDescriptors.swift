internal import CLinux
public import SystemPackage

/// Descriptors 0, 1 and 2.
public enum StandardDescriptors {
  /// Takes the numbers of those that the process began without, so that no file that is opened
  /// later gets one, and is taken for the input or the output. To read or write them still fails
  /// with `EBADF`.
  ///
  /// The corresponding C function is `open` of `/dev/null`, the wrong way round.
  public static func reserve() throws(Errno) {
    _ = try call { iopmem_reserve_standard_descriptors() }
  }
}

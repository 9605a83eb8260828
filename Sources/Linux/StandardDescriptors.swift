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

  /// Whether so many more files can be open at once: libraries that run programs end this one where
  /// they cannot.
  ///
  /// The corresponding C function is `fcntl` with `F_DUPFD_CLOEXEC`.
  public static func haveRoom(for count: Int) -> Bool {
    var opened: [Int32] = []
    defer { for number in opened { _ = close(number) } }
    while opened.count < count {
      let number = iopmem_duplicate(0, 3)
      guard number >= 0 else { return false }
      opened.append(number)
    }
    return true
  }
}

internal import CLinux

/// What `open` is asked for beyond the access mode: open(2).
public struct OpenOptions: OptionSet, Sendable {
  /// The bits of `open`'s `flags`.
  public let rawValue: Int32

  /// Options of these bits.
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// `O_CREAT`: make the file if it is not there.
  public static let create = OpenOptions(rawValue: O_CREAT)
  /// `O_EXCL`: fail if the file is there; on a block device, fail if it is held or mounted.
  public static let exclusive = OpenOptions(rawValue: O_EXCL)
  /// `O_TRUNC`: drop the file's bytes.
  public static let truncate = OpenOptions(rawValue: O_TRUNC)
  /// `O_NOFOLLOW`: fail with ELOOP on a symbolic link.
  public static let noFollow = OpenOptions(rawValue: O_NOFOLLOW)
  /// `O_DIRECTORY`: fail with ENOTDIR on anything but a directory.
  public static let directory = OpenOptions(rawValue: O_DIRECTORY)
  /// `O_NONBLOCK`: never wait for the other end of a FIFO.
  public static let nonBlocking = OpenOptions(rawValue: O_NONBLOCK)
  /// `O_PATH`: only the place in the tree.
  public static let pathOnly = OpenOptions(rawValue: iopmem_O_PATH)
  /// `O_TMPFILE`: a file with no name in this directory.
  public static let temporary = OpenOptions(rawValue: iopmem_O_TMPFILE)
  /// `O_DIRECT`: past the page cache.
  public static let direct = OpenOptions(rawValue: iopmem_O_DIRECT)
}

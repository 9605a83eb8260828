/// What a file system says of an extent: `FIEMAP_EXTENT_*`, linux/fiemap.h.
@frozen public struct ExtentFlags: OptionSet, Hashable, Sendable, BitwiseCopyable {
  /// The bits of `fe_flags`.
  public let rawValue: UInt32

  /// Flags of these bits.
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// `LAST`: no extent follows.
  public static let last = ExtentFlags(rawValue: 0x0001)
  /// `UNKNOWN`: the place is not known.
  public static let unknown = ExtentFlags(rawValue: 0x0002)
  /// `DELALLOC`: no place has been chosen yet.
  public static let delayedAllocation = ExtentFlags(rawValue: 0x0004)
  /// `ENCODED`: the bytes on the device are not the file's.
  public static let encoded = ExtentFlags(rawValue: 0x0008)
  /// `DATA_ENCRYPTED`.
  public static let encrypted = ExtentFlags(rawValue: 0x0080)
  /// `NOT_ALIGNED`: begins or ends inside a block.
  public static let notAligned = ExtentFlags(rawValue: 0x0100)
  /// `DATA_INLINE`: among metadata.
  public static let inline = ExtentFlags(rawValue: 0x0200)
  /// `DATA_TAIL`: in a block with other files' ends.
  public static let tail = ExtentFlags(rawValue: 0x0400)
  /// `UNWRITTEN`: allocated, and reads as zeros.
  public static let unwritten = ExtentFlags(rawValue: 0x0800)
  /// `MERGED`: the file system joined blocks that it keeps apart.
  public static let merged = ExtentFlags(rawValue: 0x1000)
  /// `SHARED`: other files use the same blocks.
  public static let shared = ExtentFlags(rawValue: 0x2000)

  /// Flags that say nothing against handing out the address.
  public static let harmless: ExtentFlags = [.last, .merged]
}

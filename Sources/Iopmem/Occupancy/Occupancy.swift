public import SystemPackage

/// What lies where on a block device or in an image: free space, the file system's own, and files.
///
/// It is a picture for people and reports, and gives no address to hand to an engine: `FileMap` does.
public struct Occupancy: Sendable {
  /// The block device, or the image.
  public let device: FilePath
  /// Where it is mounted; nil if it was read unmounted.
  public let mountPoint: FilePath?
  /// The kind of file system: `ext4` (for ext2 and ext3 too) or `xfs`.
  public let fileSystem: String
  /// How long the device is.
  public let length: ByteCount
  /// Where the device's byte 0 lies, in the BAR or else on the whole disk.
  public let origin: BarOffset
  /// Whether `origin` is an offset in a BAR.
  public let isInBar: Bool
  /// What lies where, in the order of the device, without gaps; no two neighbours hold the same.
  public let areas: [Area]
  /// Whether the journal, if there is one, is among `journal`, and not among `other`.
  public var isJournalKnown = true
  /// Whether its directories were read, to find the files.
  public var wasSearched = true
  /// The files that were found, in the order of their directories.
  public let files: [OccupyingFile]
  /// How many leases the driver has given of the device's files; nil where it does not tell.
  public let leases: UInt32?
  /// What could not be read: its blocks are among `other`.
  public let failures: [Failure]

  /// A run of the device.
  public struct Area: Sendable, Hashable {
    /// Where it begins on the device.
    public let start: DeviceOffset
    /// How long it is.
    public let length: ByteCount
    /// What it holds.
    public let content: Content
  }

  /// What a run of the device holds.
  public enum Content: Sendable, Hashable {
    /// Nothing.
    case free
    /// Structures of the file system's own, and directories.
    case metadata
    /// The journal.
    case journal
    /// A file, by its index in `files`.
    case file(Int)
    /// Blocks of several files.
    case shared
    /// Something of no file that was found: what has no name, extended attributes, a journal that
    /// could not be told from these; or nothing that belongs to the file system.
    case other
    /// Contradictory answers: it changed while it was read.
    case unsettled
  }
}

/// A file, and how it lies.
public struct OccupyingFile: Sendable, Hashable {
  /// Its path, as other verbs take it: of an image from its root directory on.
  public let path: FilePath
  /// Its inode's number.
  public let inode: UInt64
  /// Its length.
  public let size: ByteCount
  /// Where its first byte that has a place lies on the device; nil if none has.
  public let start: DeviceOffset?
  /// In how many pieces it lies: 1 where each byte that has a place follows the one before.
  public let pieces: Int
  /// Whether the immutable attribute is set, which holds the layout: iopmem-pin(8).
  public let isPinned: Bool
  /// Whether a program was seen to hold a lease of its layout: iopmem-lease(8).
  public let isLeased: Bool
}

extension Occupancy {
  /// All that is not known of it: what could not be read, and what changed meanwhile.
  public var problems: [Failure] {
    isUnsettled ? failures + [.changed(device)] : failures
  }

  /// Whether parts of it changed while it was read.
  public var isUnsettled: Bool { areas.contains { $0.content == .unsettled } }

  /// The unit at which files are mapped by large pages, counted from byte 0 of the BAR.
  public var alignment: Alignment { Alignment(unit: .pmd, origin: origin) }

  /// Whether a file begins elsewhere than at a multiple of 2 MiB though it is so long.
  public func isUnaligned(_ file: OccupyingFile) -> Bool {
    guard let start = file.start, file.size >= alignment.unit else { return false }
    return !alignment.accepts(start)
  }

  /// Where a byte of the device lies, in the BAR or else on the whole disk.
  public func place(of offset: DeviceOffset) -> BarOffset {
    // Inside the device, which ends inside its window.
    BarOffset(origin.rawValue &+ offset.rawValue)
  }

  /// How many bytes of the device hold something.
  public func total(of content: Content) -> ByteCount {
    // At most the device's length.
    ByteCount(areas.lazy.filter { $0.content == content }.reduce(0) { $0 &+ $1.length.rawValue })
  }

  /// The free runs.
  public var freeSpace: FreeSpace {
    FreeSpace(
      areas.lazy.filter { $0.content == .free }.compactMap {
        FreeRun(start: $0.start, length: $0.length)
      })
  }
}

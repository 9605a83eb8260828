public import Linux
public import SystemPackage

/// What is to be placed: every directory, file and link, each after the directory it goes into.
public struct Manifest: Sendable {
  /// One name that will exist.
  public struct Entry: Sendable {
    /// Its path from the destination directory.
    public let path: FilePath
    /// What it will be.
    public let content: Content
    /// What its permissions, owner and times come from; nil for what has no source.
    public let status: Status?
    /// The source's extended attributes, if they are to be kept.
    var attributes: [ExtendedAttribute] = []
    /// What a file is given instead of what it would inherit; nil to let it inherit all.
    var given: GivenProperties?

    /// Whether it goes straight into the destination directory.
    var isTop: Bool { path.components.count == 1 }
  }

  /// What a name will hold.
  public enum Content: Sendable, Equatable {
    /// A directory.
    case directory
    /// The bytes of a file, holes as zeros.
    case copy(of: FilePath, ByteCount)
    /// Zeros: a buffer for a peer to write into.
    case zeros(ByteCount)
    /// A symbolic link that holds these bytes.
    case link([UInt8])

    /// How many bytes of data there will be; nil for what is no file.
    public var fileSize: ByteCount? {
      switch self {
      case .copy(_, let size), .zeros(let size): size
      case .directory, .link: nil
      }
    }
  }

  /// What will exist, parents first.
  public private(set) var entries: [Entry] = []

  /// Nothing yet.
  public init() {}

  /// Adds an entry.
  public mutating func add(_ entry: Entry) { entries.append(entry) }

  /// The entries that go straight into the destination directory.
  public var tops: [Entry] { entries.filter(\.isTop) }

  /// Refuses a directory to place into that is part of a source, by what it is and not by its path: a
  /// copy of it would lie in itself, and be part of the source the next time.
  /// - Parameter directory: where it is not there, it counts as what it would be made in.
  func expectNoSource(at directory: FilePath) throws(Failure) {
    var place = directory
    var found = try? Status(of: place, followingLinks: true)
    while found == nil, place.removeLastComponent() {
      found = try? Status(of: place, followingLinks: true)
    }
    guard let found, entries.contains(where: { $0.status?.isSameFile(as: found) == true }) else {
      return
    }
    throw Failure(
      .refused, directory, "lies in the source, and a tree is not placed into itself",
      remedy: "place it elsewhere")
  }

  /// The indices of the files, the longest first, so that they find the long runs whole.
  var filesByLength: [Int] {
    entries.indices.filter { entries[$0].content.fileSize != nil }.sorted {
      (entries[$0].content.fileSize ?? .zero) > (entries[$1].content.fileSize ?? .zero)
    }
  }

  /// The bytes of all files.
  /// - Throws: `OutOfRange` past 2^64 − 1, which sparse sources can claim.
  func totalSize() throws(OutOfRange) -> ByteCount {
    var total = ByteCount.zero
    for entry in entries {
      if let size = entry.content.fileSize { total = try total.adding(size) }
    }
    return total
  }
}

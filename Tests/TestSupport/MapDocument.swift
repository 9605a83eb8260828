internal import FoundationEssentials

/// What `iopmem fiemap --json` says, as far as tests look at it.
public struct MapDocument: Decodable, Sendable {
  /// The schema's name.
  public let schema: String
  /// The files.
  public let files: [File]

  /// A file's map.
  public struct File: Decodable, Sendable {
    /// The name, repaired if it is not UTF-8.
    public let path: String
    /// The length in bytes.
    public let size: UInt64
    /// The inode's number.
    public let inode: UInt64
    /// The inode's generation.
    public let generation: UInt32
    /// The file system's UUID.
    public let filesystemUuid: String
    /// The digest of the map.
    public let fingerprint: String
    /// Whether it is immutable.
    public let pinned: Bool
    /// Bytes without a place.
    public let holeBytes: UInt64
    /// How many segments there are.
    public let segmentCount: Int
    /// The checks that were passed.
    public let overrides: [String]
    /// The segments.
    public let segments: [Segment]
  }

  /// A segment.
  public struct Segment: Decodable, Sendable, Hashable {
    /// Where in the file.
    public let fileOffset: UInt64
    /// How long.
    public let length: UInt64
    /// Where in the BAR.
    public let barOffset: UInt64
    /// The bus address.
    public let busAddress: String?
    /// The hazards it was allowed to have.
    public let flags: [String]
  }

  /// Decodes a document.
  public init(_ json: [UInt8]) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(MapDocument.self, from: Data(json))
  }
}

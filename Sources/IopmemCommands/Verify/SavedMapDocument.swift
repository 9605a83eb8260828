internal import FoundationEssentials
internal import Iopmem
internal import Linux
internal import SystemPackage

/// Parses what `iopmem fiemap --json` and `iopmem lease --map` write: schema `iopmem.fiemap/1`.
struct SavedMapDocument: Decodable {
  static let schema = "iopmem.fiemap/1"
  /// The most bytes that are read: a million segments have about 150 MiB.
  static let limit = 256 << 20
  /// The most values in it: a million segments have some ten million. The decoder keeps fifty bytes of
  /// each, and a text can have one in every two of its own.
  static let mostValues = 1 << 24

  let files: [File]
  let errors: [Refusal]

  /// What was refused when it was made: of other files.
  struct Refusal: Decodable {
    let code: String
    let status: Int
    let message: String
  }

  /// A file's map, as it is written.
  struct File: Decodable {
    let path: String
    let pathHex: String?
    let size: UInt64
    let inode: UInt64
    let generation: UInt32
    let filesystemUUID: String
    let filesystem: String
    let device: String
    let deviceHex: String?
    let imageOffset: UInt64?
    let function: String?
    let bar: Int?
    let window: String
    let client: String?
    let clientUses: String?
    let dax: Bool?
    let pinned: Bool
    let overrides: [String]
    let fingerprint: String
    let offset: UInt64
    let length: UInt64
    let holeBytes: UInt64
    let segmentCount: Int
    let segments: [Segment]
  }

  /// A segment, as it is written.
  struct Segment: Decodable {
    let fileOffset: UInt64
    let length: UInt64
    let barOffset: UInt64
    let busAddress: String?
    let cpuAddress: String?
    let clientAddress: String?
    let flags: [String]
  }

  /// Reads a document.
  /// - Parameters:
  ///   - path: `-` is standard input.
  ///   - mostValues: a smaller limit, for tests.
  /// - Throws: `unknown` for what cannot be read, or is no such document.
  init(at path: FilePath, mostValues: Int = Self.mostValues) throws(Failure) {
    let bytes: [UInt8]
    do {
      let file = path == "-" ? try .standardInput() : try Descriptor(path, .readOnly)
      bytes = try file.readToEnd(limit: Self.limit)
    } catch {
      throw Failure.opening(path, error, "cannot be read").asUnknown
    }
    do throws(SavedMapText.Mistake) {
      try SavedMapText.check(bytes, mostValues: mostValues)
    } catch { throw Failure(.unknown, path, "is no map: " + Self.text(error, mostValues)) }
    do {
      self = try JSONDecoder().decode(SavedMapDocument.self, from: Data(bytes))
    } catch {
      throw Failure(
        .unknown, path, "is no map: " + ((error as? DecodingError)?.text ?? "it is no JSON"))
    }
  }

  private static func text(_ mistake: SavedMapText.Mistake, _ mostValues: Int) -> String {
    switch mistake {
    case .tooManyValues: "it has more than \(mostValues) values"
    case .tooDeep: "it is nested too deep"
    case .otherEncoding: "it is not in UTF-8"
    case .repeatedKey(let key): "an object has \(key) twice"
    case .escapedKey: "a key is written with an escape"
    }
  }

  /// The schema first: what another one means by the same keys is not known.
  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let schema = try values.decode(String.self, forKey: .schema)
    guard schema == Self.schema else {
      throw DecodingError.dataCorruptedError(
        forKey: .schema, in: values, debugDescription: "\(schema.prefix(64)) is not \(Self.schema)")
    }
    files = try values.decode([File].self, forKey: .files)
    errors = try values.decode([Refusal].self, forKey: .errors)
  }

  private enum CodingKeys: CodingKey { case schema, files, errors }
}

// By name, since a strategy that turns every key of every segment costs more than all the rest.
extension SavedMapDocument.File {
  private enum CodingKeys: String, CodingKey {
    case path, size, inode, generation, filesystem, device, function, bar, window, client, dax,
      pinned
    case overrides, fingerprint, offset, length, segments
    case pathHex = "path_hex"
    case filesystemUUID = "filesystem_uuid"
    case deviceHex = "device_hex"
    case imageOffset = "image_offset"
    case clientUses = "client_uses"
    case holeBytes = "hole_bytes"
    case segmentCount = "segment_count"
  }
}

extension SavedMapDocument.Segment {
  private enum CodingKeys: String, CodingKey {
    case length, flags
    case fileOffset = "file_offset"
    case barOffset = "bar_offset"
    case busAddress = "bus_address"
    case cpuAddress = "cpu_address"
    case clientAddress = "client_address"
  }
}

extension DecodingError {
  /// Where in the document, and what is wrong there, in words of JSON.
  fileprivate var text: String {
    switch self {
    case .keyNotFound(let key, let context):
      return "\(Self.place(context)) has no \(key.stringValue)"
    case .typeMismatch(_, let context): return "\(Self.place(context)) is of another type"
    case .valueNotFound(_, let context): return "\(Self.place(context)) is null"
    case .dataCorrupted(let context):
      guard let last = context.codingPath.last else { return "it is no JSON" }
      // The document's own check; of the decoder's it is enough to know where.
      return last.stringValue == "schema"
        ? "schema: \(context.debugDescription)" : "\(Self.place(context)) has another range"
    @unknown default: return "it is no map of ours"
    }
  }

  private static func place(_ context: Context) -> String {
    let place = context.codingPath.map { $0.intValue.map { "\($0)" } ?? $0.stringValue }
    return place.isEmpty ? "it" : place.joined(separator: ".")
  }
}

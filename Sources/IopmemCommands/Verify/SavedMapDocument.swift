internal import FoundationEssentials
internal import Iopmem
internal import Linux
internal import SystemPackage

/// What `iopmem fiemap --json` and `iopmem lease --map` write, read back: schema `iopmem.fiemap/1`.
struct SavedMapDocument: Decodable {
  static let schema = "iopmem.fiemap/1"
  /// The most bytes that are read: a million segments have about 150 MiB.
  static let limit = 256 << 20

  let schema: String
  let files: [File]

  /// A file's map, as it is written.
  struct File: Decodable {
    let path: String
    let pathHex: String?
    let size: UInt64
    let inode: UInt64
    let generation: UInt32
    let filesystemUuid: String
    let device: String
    let deviceHex: String?
    let function: String?
    let bar: Int?
    let window: String
    let clientUses: String?
    let dax: Bool?
    let overrides: [String]
    let fingerprint: String
    let offset: UInt64
    let length: UInt64
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
  /// - Parameter path: `-` is standard input.
  /// - Throws: `unknown` for what cannot be read, or is no such document.
  init(at path: FilePath) throws(Failure) {
    let bytes: [UInt8]
    do {
      let file = path == "-" ? try .standardInput() : try Descriptor(path, .readOnly)
      bytes = try file.readToEnd(limit: Self.limit)
    } catch { throw Failure(.unknown, path, "cannot be read", cause: error) }
    do {
      let decoder = JSONDecoder()
      // The schema first: what another one means by these keys is not known.
      let schema = try decoder.decode(SchemaName.self, from: Data(bytes)).schema
      guard schema == Self.schema else {
        throw Failure(.unknown, path, "is of the schema \(schema), and not \(Self.schema)")
      }
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      self = try decoder.decode(SavedMapDocument.self, from: Data(bytes))
    } catch let failure as Failure {
      throw failure
    } catch let error as DecodingError {
      throw Failure(.unknown, path, "is no map: \(error.text)")
    } catch {
      throw Failure(.unknown, path, "is no map: \(error)")
    }
  }

  private struct SchemaName: Decodable { let schema: String }
}

extension DecodingError {
  /// Where in the document, and what is wrong there.
  fileprivate var text: String {
    let context: Context? =
      switch self {
      case .typeMismatch(_, let context), .valueNotFound(_, let context),
        .keyNotFound(_, let context), .dataCorrupted(let context):
        context
      @unknown default: nil
      }
    guard let context else { return "\(self)" }
    let place = context.codingPath.map { $0.intValue.map { "\($0)" } ?? $0.stringValue }
    return (place.isEmpty ? "" : place.joined(separator: ".") + ": ") + context.debugDescription
  }
}

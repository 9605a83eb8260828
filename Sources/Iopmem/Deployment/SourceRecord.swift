internal import Linux
internal import SystemPackage

/// What a placed file was made of, as the file itself keeps it: an extended attribute that only the
/// system's administrator may see and set, so that no owner of a file can pass it for another.
struct SourceRecord: Equatable {
  /// What tells one state of a file from another without reading its bytes.
  struct Stamp: Equatable {
    var inode: UInt64
    var size: UInt64
    var modified: Status.Time
  }

  /// What was placed.
  enum Origin: Equatable {
    /// A buffer.
    case buffer
    /// A file in this state, with this digest.
    case copy(source: Stamp, changed: Status.Time, ContentDigest)
  }

  /// What was placed.
  var origin: Origin
  /// The file right after that.
  var placed: Stamp

  static let name = Array("trusted.iopmem.source".utf8)
}

extension SourceRecord.Stamp {
  init(_ status: Status) {
    self.init(inode: status.inode, size: status.size, modified: status.modified)
  }
}

extension SourceRecord.Origin {
  /// A file that was read, in the state that it was in before.
  static func copy(_ source: Status, _ digest: ContentDigest) -> SourceRecord.Origin {
    .copy(source: SourceRecord.Stamp(source), changed: source.changed, digest)
  }
}

extension SourceRecord {
  /// The record as text: a version, the placed file, and of a copy the source and the digest.
  var value: [UInt8] {
    var words = ["1"] + placed.words
    if case .copy(let source, let changed, let digest) = origin {
      words += source.words + changed.words + [digest.description]
    }
    return Array(words.joined(separator: " ").utf8)
  }

  /// The attribute that keeps it.
  var attribute: ExtendedAttribute { ExtendedAttribute(Self.name, value) }

  /// The record that a text tells; nil for any that `value` does not make.
  init?(_ value: [UInt8]) {
    let words = String(decoding: value, as: UTF8.self)
      .split(separator: " ", omittingEmptySubsequences: false)
    guard words.first == "1", words.count == 5 || words.count == 12,
      let placed = Stamp(words[1..<5])
    else { return nil }
    self.placed = placed
    if words.count == 5 {
      origin = .buffer
    } else {
      guard let source = Stamp(words[5..<9]), let changed = Status.Time(words[9..<11]),
        let digest = ContentDigest(words[11])
      else { return nil }
      origin = .copy(source: source, changed: changed, digest)
    }
  }

  /// Reads the record of an open file; nil if it has none, or one that says nothing here.
  init?(of file: borrowing Descriptor, _ path: FilePath) throws(Failure) {
    let value = try explain(path, "cannot read its record") { () throws(Errno) in
      try ExtendedAttribute.value(of: Self.name, from: file)
    }
    guard let value, let record = SourceRecord(value) else { return nil }
    self = record
  }

  /// Gives an open file a record of what it is made of.
  static func keep(
    _ origin: Origin, on file: borrowing Descriptor, _ path: FilePath
  ) throws(Failure) {
    do {
      let record = SourceRecord(origin: origin, placed: Stamp(try file.status()))
      try record.attribute.set(on: file)
    } catch {
      throw Failure(
        error, path, "cannot be given the record of its source",
        remedy: error == .notPermitted || error == .permissionDenied
          ? "CAP_SYS_ADMIN is needed" : nil)
    }
  }
}

extension SourceRecord.Stamp {
  fileprivate var words: [String] { ["\(inode)", "\(size)"] + modified.words }

  fileprivate init?(_ words: ArraySlice<Substring>) {
    guard words.count == 4, let inode = UInt64(words[words.startIndex]),
      let size = UInt64(words[words.startIndex + 1]),
      let modified = Status.Time(words.suffix(2))
    else { return nil }
    self.init(inode: inode, size: size, modified: modified)
  }
}

extension Status.Time {
  fileprivate var words: [String] { ["\(seconds)", "\(nanoseconds)"] }

  fileprivate init?(_ words: ArraySlice<Substring>) {
    guard words.count == 2, let seconds = words.first.flatMap({ Int64($0) }),
      let nanoseconds = words.last.flatMap({ UInt32($0) })
    else { return nil }
    self.init(seconds: seconds, nanoseconds: nanoseconds)
  }
}

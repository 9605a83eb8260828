internal import Linux
internal import SystemPackage

/// A placed file as it was found.
struct SeenFile {
  /// Its state.
  var state: FileState
  /// What it says that it was made of; nil if it says nothing.
  var record: SourceRecord?
  /// What is wrong with where it lies; nil if nothing is.
  var layoutProblem: String?

  /// How a file stands to what is declared.
  enum Standing: Equatable {
    /// It is the one.
    case same
    /// It is another, for this reason.
    case differs(String)
    /// Only the bytes can tell.
    case unsure
  }

  /// Whether the record is the file's own, and did not come with a copy of another's attributes.
  var isOurs: Bool { record?.placed.inode == state.inode }

  /// Whether it is pinned.
  var isPinned: Bool { state.isImmutable }

  /// Whether the record was made of the file in the state that it is in.
  private var recordHolds: Bool { record?.placed == state.stamp }

  /// The digest of the bytes, if the record tells it.
  var knownDigest: ContentDigest? {
    guard recordHolds, case .copy(_, _, let digest)? = record?.origin else { return nil }
    return digest
  }

  /// Whether the record tells of the source with the times that it has.
  func tells(of source: Status) -> Bool {
    guard recordHolds, case .copy(let then, let changed, _)? = record?.origin else { return false }
    return then == SourceRecord.Stamp(source) && changed == source.changed
  }

  /// Whether it was made of the source in the state that this is in, as the record tells.
  ///
  /// Whole seconds tell nothing: they are those of a clock that is too coarse to show every change,
  /// or of an image whose times somebody chose.
  private func isMade(of source: Status) -> Bool {
    source.changed.nanoseconds != 0 && tells(of: source)
  }

  /// How the file stands to what is declared, by all that can be known without reading bytes.
  /// - Parameter source: the source's status; nil for a buffer.
  func standing(to content: DeployedFile.Content, source: Status?) -> Standing {
    let size: UInt64
    switch content {
    case .buffer(let count): size = count.rawValue
    case .copy: size = source?.size ?? 0
    }
    if state.size != size {
      return .differs("has \(state.size) bytes, and \(size) are declared")
    }
    if let layoutProblem { return .differs(layoutProblem) }
    guard let source else {
      if isOurs, case .copy? = record?.origin { return .differs("is a copy, and no buffer") }
      return .same
    }
    return isMade(of: source) ? .same : .unsure
  }

  /// What has to be set for the file to be as declared, in words.
  func mends(for file: DeployedFile) -> [String] {
    var mends: [String] = []
    if let permissions = file.permissions, permissions != state.permissions {
      let (now, then) = (String(permissions, radix: 8), String(state.permissions, radix: 8))
      mends.append("mode 0\(now), not 0\(then)")
    }
    if let user = file.user, user != state.user {
      mends.append("owner \(user), not \(state.user)")
    }
    if let group = file.group, group != state.group {
      mends.append("group \(group), not \(state.group)")
    }
    if let isPinned = file.isPinned, isPinned != self.isPinned {
      mends.append(isPinned ? "pinned" : "no longer pinned")
    }
    return mends
  }
}

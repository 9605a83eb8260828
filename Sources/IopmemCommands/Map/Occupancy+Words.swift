internal import Iopmem

extension Occupancy.Content {
  /// Its name in JSON, and of its class in pictures.
  var name: String {
    switch self {
    case .free: "free"
    case .metadata: "metadata"
    case .journal: "journal"
    case .file: "file"
    case .shared: "shared"
    case .other: "other"
    case .unsettled: "unsettled"
    }
  }

  /// What files do not hold, in the order of legends.
  static let kinds: [Occupancy.Content] = [
    .metadata, .journal, .shared, .other, .unsettled, .free,
  ]

  /// What it is, for people, of a file system whose kind and kind of reading are its own.
  func sentence(in occupancy: Occupancy) -> String {
    switch self {
    case .free: "free"
    case .metadata: "metadata and directories"
    case .journal: "journal"
    case .file: "a file"
    case .shared: "blocks of several files"
    case .other where occupancy.fileSystem == "xfs": "xfs's own, or of no file that was found"
    case .other where !occupancy.isJournalKnown: "the journal, or of no file that was found"
    case .other: "of no file that was found"
    case .unsettled: "changed while it was read"
    }
  }
}

extension Occupancy {
  /// How many files were found, where any were looked for.
  var fileCount: String {
    guard wasSearched else { return "files not read" }
    return files.count == 1 ? "1 file" : "\(files.count) files"
  }

  /// What words of a picture mean that do not explain themselves, as far as they stand there.
  /// - Parameter isExact: whether sizes are in bytes.
  func notes(isExact: Bool) -> [String] {
    var notes: [String] = []
    if files.contains(where: isUnaligned) {
      notes.append("Unaligned is a file of 2MiB or more that begins at no multiple of 2MiB.")
    }
    if !isExact { notes.append("Sizes are rounded down; -b prints bytes.") }
    return notes
  }

  /// What a person wants to know of how a file lies.
  func states(of file: OccupyingFile) -> [String] {
    [
      (file.isPinned, "pinned"), (file.isLeased, "leased"),
      (file.pieces > 1, "in \(file.pieces) pieces"), (isUnaligned(file), "unaligned"),
    ].filter(\.0).map(\.1)
  }
}

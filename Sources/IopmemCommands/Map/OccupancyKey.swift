internal import Iopmem

/// By which letter the cells of a picture show a file: the largest have one each, a capital if the
/// file is pinned.
struct OccupancyKey {
  /// The files with a letter, by their index, the largest first.
  let lettered: [Int]
  private let letters: [Int: Character]

  private static let alphabet = Array("abcdefghijklmnopqrstuvwxyz")
  /// So many files have letters even if no cell is theirs.
  private static let fewest = 8

  /// A key for files.
  /// - Parameter cell: the length of a cell: shorter files are hardly ever to be seen.
  init(_ files: [OccupyingFile], cell: ByteCount) {
    let largest = files.indices.filter { files[$0].start != nil }.sorted {
      (files[$1].size, $0) < (files[$0].size, $1)
    }
    let count = max(Self.fewest, largest.prefix { files[$0].size >= cell }.count)
    lettered = Array(largest.prefix(min(count, Self.alphabet.count)))
    letters = Dictionary(
      uniqueKeysWithValues: zip(lettered, Self.alphabet).map { file, letter in
        (file, files[file].isPinned ? Character(letter.uppercased()) : letter)
      })
  }

  /// How a cell shows what it holds.
  func symbol(_ content: Occupancy.Content?) -> Character {
    switch content {
    case nil: " "
    case .free: "."
    case .metadata: "="
    case .journal: "~"
    case .file(let file): letters[file] ?? "+"
    case .shared: "%"
    case .other: "?"
    case .unsettled: "!"
    }
  }
}

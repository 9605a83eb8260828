internal import Linux
internal import SystemPackage

/// The names that files have beside the one that they are to take: `.NAME.LETTERS` and a suffix.
struct StagedName {
  private let prefix: [UInt8]
  private let suffix: [UInt8]

  /// - Parameter name: the one that is to be taken.
  init(for name: FilePath, suffix: String) {
    prefix = Array(".".utf8) + name.bytes.prefix(200) + Array(".".utf8)
    self.suffix = Array(suffix.utf8)
  }

  /// A name of this run's own.
  func fresh() -> FilePath {
    FilePath(bytes: prefix + Array(String(UInt64.random(in: 0 ... .max), radix: 36).utf8) + suffix)
  }

  /// Removes what a run that was killed has left: names alone, so that nothing else can be lost.
  func sweep(_ folder: borrowing Descriptor) throws(Errno) {
    var names: [FilePath] = []
    var directory = try Directory(
      taking: Descriptor(".", in: folder, .readOnly, options: .directory))
    while let entry = try directory.next() {
      if isOurs(entry.name) { names.append(entry.name) }
    }
    for name in names {
      do throws(Errno) {
        guard try folder.status(of: name).kind == .regular else { continue }
        try folder.removeName(name)
      } catch { guard error == .noSuchFileOrDirectory else { throw error } }
    }
  }

  private func isOurs(_ name: FilePath) -> Bool {
    let bytes = name.bytes
    guard bytes.starts(with: prefix), bytes.suffix(suffix.count) == suffix[...],
      // As many letters as 64 bits can need.
      (1...13).contains(bytes.count - prefix.count - suffix.count)
    else { return false }
    return bytes.dropFirst(prefix.count).dropLast(suffix.count).allSatisfy {
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
        || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
    }
  }
}

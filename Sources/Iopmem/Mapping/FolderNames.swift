internal import Linux
internal import SystemPackage

/// The files and folders of a folder that are still to be visited, in the one order of names.
///
/// A walk of a tree keeps one for each folder that it is in, and so never all names of the tree.
struct FolderNames {
  /// The folder.
  let folder: FilePath
  /// Whether its names were read.
  private(set) var isRead = false
  /// The first one last.
  private var rest: [Directory.Entry] = []

  /// The names of a folder that nobody read yet.
  init(_ folder: FilePath) { self.folder = folder }

  /// Whether nothing is left to visit.
  var isDone: Bool { isRead && rest.isEmpty }

  /// Leaves out what is left, of a folder that cannot be opened.
  mutating func giveUp() { (isRead, rest) = (true, []) }

  /// Reads a folder's names.
  /// - Returns: what went wrong before the end; the names until then are there.
  mutating func read(_ directory: inout Directory) -> Errno? {
    isRead = true
    var failure: Errno?
    do throws(Errno) {
      while var entry = try directory.next() {
        if entry.kind == nil { entry.kind = try? Status(of: path(of: entry)).kind }
        if [.directory, .regular, nil].contains(entry.kind) { rest.append(entry) }
      }
    } catch { failure = error }
    rest = rest.sorted(byName: \.name).reversed()
    return failure
  }

  /// Takes the next one out if it is a folder.
  /// - Returns: its path.
  mutating func takeFolder() -> FilePath? {
    guard let next = rest.last, next.kind == .directory else { return nil }
    rest.removeLast()
    return path(of: next)
  }

  /// Takes the next one out unless it is a folder: a file, or what does not tell.
  /// - Returns: its name in the folder.
  mutating func takeFile() -> FilePath? {
    guard let next = rest.last, next.kind != .directory else { return nil }
    rest.removeLast()
    return next.name
  }

  private func path(of entry: Directory.Entry) -> FilePath {
    folder.entry(entry.name)
  }
}

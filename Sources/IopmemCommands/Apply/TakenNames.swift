internal import Iopmem
internal import SystemPackage

/// The names that were declared so far: none may be declared twice, nor be a folder and a file.
struct TakenNames {
  private var names: Set<FilePath> = []
  private var folders: Set<FilePath> = []

  /// Takes a name.
  mutating func add(_ name: FilePath, _ value: ManifestValue) throws(ManifestMistake) {
    guard names.insert(name).inserted else { throw value.mistake("is declared already") }
    if folders.contains(name) { throw value.mistake("is the folder of another file") }
    var folder = name.removingLastComponent()
    while !folder.components.isEmpty {
      if names.contains(folder) { throw value.mistake("lies in what is declared already") }
      guard folders.insert(folder).inserted else { break }
      folder.removeLastComponent()
    }
  }
}

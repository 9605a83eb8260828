internal import Iopmem
internal import Linux
internal import SystemPackage

/// The names that a verb was given: as arguments, then from a list in a file.
struct NameSource {
  /// Names from the command line.
  let arguments: [FilePath]
  /// A file of names, each ended by NUL; `-` is standard input.
  let list: FilePath?

  /// Calls a body with one name after the other, as they come.
  func forEach(_ body: (FilePath) throws(Failure) -> Void) throws(Failure) {
    for name in arguments { try body(name) }
    guard let list else { return }
    var names: NulSeparatedNames
    do {
      names = NulSeparatedNames(
        list == "-" ? try .standardInput() : try Descriptor(list, .readOnly))
    } catch { throw .opening(list, error) }
    while true {
      let name: FilePath?
      do { name = try names.next() } catch { throw Failure(error, list, "cannot read names") }
      guard let name else { return }
      guard !name.isEmpty else { throw Failure(.failed, list, "holds an empty name") }
      try body(name)
    }
  }
}

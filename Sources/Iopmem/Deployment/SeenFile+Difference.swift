internal import Linux
internal import SystemPackage

extension SeenFile {
  /// Says why the file is not the one that is declared; nil if it is.
  /// - Parameters:
  ///   - verifies: whether bytes are compared even where the record says that they are the same.
  ///   - equals: compares the source's bytes with the file's.
  func difference(
    from file: DeployedFile, _ source: FileSource?, verifies: Bool,
    _ equals: (FileSource) throws(Failure) -> Bool
  ) throws(Failure) -> String? {
    let isKnown: Bool
    switch standing(to: file.content, source: source?.status) {
    case .differs(let reason): return reason
    case .same: isKnown = true
    case .unsure: isKnown = false
    }
    guard let source else { return nil }
    try source.expectDigest(file.digest, isKnown ? knownDigest : nil)
    if !verifies {
      if isKnown { return nil }
      if let known = knownDigest {
        return try source.digest() == known ? nil : "its source has changed"
      }
    }
    return try equals(source) ? nil : "its bytes are not the source's"
  }

  /// Checks that the file may be replaced by what is declared: a pin that this did not set is
  /// somebody's word that the addresses stay.
  func expectReplaceable(for file: DeployedFile, _ path: FilePath) throws(Failure) {
    if state.isAppendOnly || isPinned && !(isOurs && file.isPinned != nil) { throw .held(path) }
  }

  /// Checks that what can be set of the file may be set: that of a pinned one only where the
  /// manifest speaks of pins.
  func expectMendable(for file: DeployedFile, _ path: FilePath) throws(Failure) {
    let isHeld = state.isAppendOnly || isPinned && file.isPinned == nil
    if isHeld, !mends(for: file).isEmpty { throw .held(path) }
  }
}

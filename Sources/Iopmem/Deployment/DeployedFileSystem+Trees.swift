internal import Linux
internal import SystemPackage

extension DeployedFile {
  /// Of a file whose source is a folder, all regular files below that, folder by folder in the order
  /// of their bytes.
  /// - Parameter folder: the folder of the machine that the tree goes into; nil for one in an image.
  /// - Throws: `refused` for a link and for anything else that is neither file nor folder, for a
  ///   name that a manifest could not have, and for a tree that would go into itself.
  func filesBelow(into folder: FilePath?) throws(Failure) -> [DeployedFile] {
    guard case .copy(let source) = content else { return [] }
    var manifest = Manifest()
    try manifest.add(source: source, as: path)
    guard manifest.entries.first?.content == .directory else {
      throw Failure(
        .refused, source, "is no directory", remedy: "declare it by its path, as a file")
    }
    if let folder { try manifest.expectNoSource(at: folder) }
    var files: [DeployedFile] = []
    for entry in manifest.entries {
      switch entry.content {
      case .directory, .zeros: continue
      case .link:
        throw Failure(
          .refused, source, "holds a link, for \(QuotedName(entry.path).text)",
          remedy: "declare what it leads to, or take it away")
      case .copy(let source, _):
        if let problem = DeployedName.problem(entry.path.bytes) {
          throw Failure(.refused, source, "has a name that \(problem)")
        }
        var file = self
        file.path = entry.path
        file.content = .copy(of: source)
        files.append(file)
      }
    }
    return files
  }
}

extension DeployedFileSystem {
  /// The same file system with the files of its trees.
  /// - Throws: as the trees do.
  func withTrees() throws(Failure) -> DeployedFileSystem {
    var whole = self
    for tree in trees {
      let folder = path(of: tree).removingLastComponent()
      whole.files += try tree.filesBelow(into: image == nil ? folder : nil)
    }
    return whole
  }
}

internal import Linux
internal import SystemPackage

extension DeployedFileSystem {
  /// Where a file is on the machine.
  func path(of file: DeployedFile) -> FilePath { mountPoint.appending(file.path.components) }
}

extension DeployedFile {
  /// What its placement promises.
  var options: PlacementOptions { PlacementOptions(alignment: alignment) }

  /// Looks at what it is to be a copy of; nil for a buffer.
  func source() throws(Failure) -> FileSource? {
    guard case .copy(let path) = content else { return nil }
    return try FileSource(path)
  }

  /// What is placed.
  /// - Parameters:
  ///   - old: the file whose owner and mode it keeps, where none are declared.
  ///   - path: where it is placed; nil for its last part.
  func entry(
    _ source: FileSource?, replacing old: FileState?, as path: FilePath? = nil
  ) throws(Failure) -> Manifest.Entry {
    let content: Manifest.Content
    let origin: SourceRecord.Origin
    switch (self.content, source) {
    case (.copy, let source?):
      content = .copy(of: source.path, ByteCount(source.status.size))
      origin = .copy(source.status, try source.digest())
    case (.buffer(let size), _): (content, origin) = (.zeros(size), .buffer)
    case (.copy(let path), nil): throw Failure(.failed, path, "was not looked at")
    }
    return Manifest.Entry(
      path: path ?? FilePath(root: nil, self.path.components.suffix(1)), content: content,
      status: source?.status,
      given: GivenProperties(
        permissions: permissions ?? old?.permissions, user: user ?? old?.user,
        group: group ?? old?.group, origin: origin))
  }
}

extension FileSource {
  /// Checks that the source has the digest that is declared, if one is.
  /// - Parameter known: its digest, if that is known; else it is read.
  func expectDigest(_ wanted: ContentDigest?, _ known: ContentDigest?) throws(Failure) {
    guard let wanted else { return }
    let digest: ContentDigest
    if let known { digest = known } else { digest = try self.digest() }
    if digest != wanted {
      throw Failure(.refused, path, "has the digest \(digest), and \(wanted) is declared")
    }
  }
}

extension Descriptor {
  /// Takes a file's pin away, to set what a pinned file takes not, or to replace it.
  func unpin(_ path: FilePath) throws(Failure) {
    try explain(path, "cannot be unpinned") { () throws(Errno) in try setImmutable(false) }
  }
}

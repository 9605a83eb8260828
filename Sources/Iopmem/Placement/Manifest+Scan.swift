internal import Linux
public import SystemPackage

extension Manifest {
  /// A manifest of one buffer of zeros.
  public init(buffer name: FilePath, size: ByteCount) {
    self.init()
    add(Entry(path: name, content: .zeros(size), status: nil))
  }

  /// Adds a source, with everything below it if it is a directory.
  /// - Parameter name: the name it gets in the destination directory.
  /// - Parameter preserves: whether its rights will be kept, which an access control list is part
  ///   of, and its other extended attributes.
  /// - Throws: `Failure`, refused, for a symbolic link and for anything that is neither file nor
  ///   directory nor a link below the source.
  public mutating func add(
    source: FilePath, as name: FilePath, preserves: Bool = false
  ) throws(Failure) {
    let status = try explain(source, "cannot read") { () throws(Errno) in
      try Status(of: source)
    }
    if status.kind == .symbolicLink {
      throw Failure(
        .refused, source, "is a symbolic link", remedy: "name the file that it leads to")
    }
    try scan(
      Found(source, status, at: source, preserves: preserves), as: name, preserves: preserves)
  }

  /// A source, and what was read of it where it is.
  private struct Found {
    let source: FilePath
    let status: Status
    let attributes: [ExtendedAttribute]
    /// What a symbolic link holds.
    let target: [UInt8]

    /// - Parameter place: a path by which it is found whatever becomes of the folders above it.
    init(
      _ source: FilePath, _ status: Status, at place: FilePath, preserves: Bool
    ) throws(Failure) {
      (self.source, self.status) = (source, status)
      let isKept = preserves && [.regular, .directory, .symbolicLink].contains(status.kind)
      attributes = try explain(source, "cannot read its extended attributes") {
        () throws(Errno) in try isKept ? ExtendedAttribute.all(of: place) : []
      }
      target = try explain(source, "cannot read the link") { () throws(Errno) in
        try status.kind == .symbolicLink ? SymbolicLink.read(place) : []
      }
    }
  }

  private mutating func scan(
    _ found: Found, as path: FilePath, preserves: Bool
  ) throws(Failure) {
    let (source, status) = (found.source, found.status)
    func add(_ content: Content) {
      self.add(Entry(path: path, content: content, status: status, attributes: found.attributes))
    }
    switch status.kind {
    case .regular: add(.copy(of: source, ByteCount(status.size)))
    case .symbolicLink: add(.link(found.target))
    case .directory:
      add(.directory)
      for (name, child) in try children(of: source, expecting: status, preserves: preserves) {
        try scan(child, as: path.appending(name.components), preserves: preserves)
      }
    case .blockDevice, .characterDevice, .fifo, .socket, .other:
      throw Failure(
        .refused, source, "is neither a file nor a directory nor a symbolic link",
        remedy: "leave it out")
    }
  }

  /// Looks at all that is in a directory, sorted by the bytes of the names: the same tree is placed
  /// the same way each time. It is looked at through the open directory: who may write one above it
  /// can put a link in the place of any part of its path.
  private func children(
    of source: FilePath, expecting status: Status, preserves: Bool
  ) throws(Failure) -> [(name: FilePath, child: Found)] {
    let directory = try explain(source, "cannot read the directory") { () throws(Errno) in
      try Descriptor(source, .readOnly, options: [.directory, .noFollow])
    }
    let opened = try explain(source, "cannot read") { () throws(Errno) in try directory.status() }
    guard opened.isSameFile(as: status) else { throw .opening(folder: source, .staleNFSFileHandle) }
    var children: [(name: FilePath, child: Found)] = []
    for name in try names(in: directory, source) {
      let path = source.appending(name.components)
      let status = try explain(path, "cannot read") { () throws(Errno) in
        try directory.status(of: name)
      }
      let place = directory.link.appending(name.components)
      children.append((name, try Found(path, status, at: place, preserves: preserves)))
    }
    return children
  }

  private func names(
    in directory: borrowing Descriptor, _ source: FilePath
  ) throws(Failure) -> [FilePath] {
    try explain(source, "cannot read the directory") { () throws(Errno) in
      var listing = try Directory(
        taking: Descriptor(".", in: directory, .readOnly, options: .directory))
      var names: [FilePath] = []
      while let entry = try listing.next() { names.append(entry.name) }
      return names.sorted { $0.precedes($1) }
    }
  }
}

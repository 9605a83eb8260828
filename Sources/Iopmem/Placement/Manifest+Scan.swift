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
    try scan(source, as: name, status, preserves)
  }

  private mutating func scan(
    _ source: FilePath, as path: FilePath, _ status: Status, _ preserves: Bool
  ) throws(Failure) {
    let attributes = try !preserves ? [] : attributes(of: source, status)
    func add(_ content: Content) {
      self.add(Entry(path: path, content: content, status: status, attributes: attributes))
    }
    switch status.kind {
    case .regular: add(.copy(of: source, ByteCount(status.size)))
    case .symbolicLink:
      let target = try explain(source, "cannot read the link") { () throws(Errno) in
        try SymbolicLink.read(source)
      }
      add(.link(target))
    case .directory:
      add(.directory)
      for name in try names(in: source, expecting: status) {
        let child = source.appending(name.components)
        let childStatus = try explain(child, "cannot read") { () throws(Errno) in
          try Status(of: child)
        }
        try scan(child, as: path.appending(name.components), childStatus, preserves)
      }
    case .blockDevice, .characterDevice, .fifo, .socket, .other:
      throw Failure(
        .refused, source, "is neither a file nor a directory nor a symbolic link",
        remedy: "leave it out")
    }
  }

  /// Reads the extended attributes that a copy can have.
  private func attributes(
    of source: FilePath, _ status: Status
  ) throws(Failure) -> [ExtendedAttribute] {
    guard [.regular, .directory, .symbolicLink].contains(status.kind) else { return [] }
    return try explain(source, "cannot read its extended attributes") { () throws(Errno) in
      try ExtendedAttribute.all(of: source)
    }
  }

  /// Lists the names in a directory, sorted by their bytes: the same tree is placed the same way
  /// each time.
  private func names(
    in source: FilePath, expecting status: Status
  ) throws(Failure) -> [FilePath] {
    try explain(source, "cannot read the directory") { () throws(Errno) in
      let descriptor = try Descriptor(source, .readOnly, options: [.directory, .noFollow])
      let opened = try descriptor.status()
      // Somebody put another directory there since: following it could lead anywhere.
      guard opened.inode == status.inode, opened.device == status.device else {
        throw .staleNFSFileHandle
      }
      var directory = try Directory(taking: descriptor)
      var names: [FilePath] = []
      while let entry = try directory.next() { names.append(entry.name) }
      return names.sorted { $0.precedes($1) }
    }
  }
}

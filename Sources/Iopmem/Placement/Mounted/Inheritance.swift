internal import Linux
internal import SystemPackage

/// Gives new files their permissions, owner, extended attributes and times: those of the source,
/// or those that any new file gets.
struct Inheritance {
  let preserves: Bool
  private let mask = Process.creationMask

  init(_ options: PlacementOptions) { preserves = options.preserves }

  /// Gives a file or directory what it inherits. The owner goes first, since changing it takes
  /// set-user-ID and capabilities away; access control lists come after the permissions, which
  /// would change their masks; the times last.
  /// - Parameter path: the name that it will have, for messages.
  func apply(
    _ entry: Manifest.Entry, to file: borrowing Descriptor, _ path: FilePath
  ) throws(Failure) {
    guard preserves, let status = entry.status else {
      let usual: UInt16 = entry.content == .directory ? 0o777 : 0o666
      try explain(path, "cannot finish") { () throws(Errno) in
        try file.setPermissions((entry.status?.permissions ?? usual) & 0o777 & ~mask)
        try entry.given?.apply(to: file)
      }
      if let origin = entry.given?.origin { try SourceRecord.keep(origin, on: file, path) }
      return
    }
    try explain(path, "cannot finish") { () throws(Errno) in
      try file.setOwner(user: status.user, group: status.group)
      // A directory hands its list on to what is made in it: those are not the source's rights.
      for name in ExtendedAttribute.accessControlLists
      where !entry.attributes.contains(where: { $0.name == name }) {
        try ExtendedAttribute.remove(name, from: file)
      }
      try file.setPermissions(status.permissions)
    }
    for attribute in entry.attributes {
      try attribute.give(path) { () throws(Errno) in try attribute.set(on: file) }
    }
    try explain(path, "cannot finish") { () throws(Errno) in
      try file.setTimes(accessed: status.accessed, modified: status.modified)
    }
  }

  /// Gives a symbolic link what it inherits; links have no permissions of their own.
  /// - Parameter path: the name that it will have, for messages.
  func apply(
    _ entry: Manifest.Entry, toLink name: FilePath, in directory: borrowing Descriptor,
    _ path: FilePath
  ) throws(Failure) {
    guard preserves, let status = entry.status else { return }
    try explain(path, "cannot finish") { () throws(Errno) in
      try directory.setOwner(of: name, user: status.user, group: status.group)
    }
    for attribute in entry.attributes {
      // No call takes a directory and a link's name, before Linux 6.13.
      let link = directory.link.appending(name.components)
      try attribute.give(path) { () throws(Errno) in try attribute.set(on: link) }
    }
    try explain(path, "cannot finish") { () throws(Errno) in
      try directory.setTimes(of: name, accessed: status.accessed, modified: status.modified)
    }
  }
}

extension ExtendedAttribute {
  /// Whether it belongs to a security module, as `security.selinux` does: the module may have a
  /// policy of its own for the directory that a file comes into.
  var isOfSecurityModule: Bool {
    name.starts(with: "security.".utf8) && name != Array("security.capability".utf8)
  }

  /// Gives the attribute to a file; a security module may deny its own.
  fileprivate func give(_ path: FilePath, _ set: () throws(Errno) -> Void) throws(Failure) {
    do { try set() } catch {
      let denials: [Errno] = [.notPermitted, .permissionDenied, .notSupported, .invalidArgument]
      if isOfSecurityModule, denials.contains(error) { return }
      throw Failure(
        error == .ioError ? .failed : .refused, path,
        "cannot be given the extended attribute \(QuotedName(name).text) of \(value.count) bytes, and nothing was placed",
        remedy: ways("leave out \(option: .preserve)", "take it from the source"), cause: error
      )
    }
  }
}

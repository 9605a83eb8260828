internal import Linux
internal import SystemPackage

/// What a new file is given instead of what it would inherit.
struct GivenProperties {
  /// Its permission bits; nil for those of any new file.
  var permissions: UInt16?
  /// Its owner; nil for the one who runs the program.
  var user: UInt32?
  /// Its group, in the same way.
  var group: UInt32?
  /// What it is made of, which it is to keep with itself.
  var origin: SourceRecord.Origin
  /// Of a file in an image: the unit at which it begins; nil for that of all.
  var alignment: ByteCount?
  /// Of a file in an image: whether it is pinned; nil for what holds for all.
  var isPinned: Bool?

  /// Gives an open file its owner and permissions: the owner first, since changing it takes
  /// set-user-ID away.
  func apply(to file: borrowing Descriptor) throws(Errno) {
    if user != nil || group != nil {
      // What is all ones stays as it is: chown(2).
      try file.setOwner(user: user ?? .max, group: group ?? .max)
    }
    if let permissions { try file.setPermissions(permissions) }
  }
}

internal import CLinux
public import SystemPackage

/// An extended attribute of a file: xattr(7).
public struct ExtendedAttribute: Hashable, Sendable {
  /// Its name with the kind before the first dot, as `user.note`.
  public let name: [UInt8]
  /// What it holds.
  public let value: [UInt8]

  /// An attribute of these parts.
  public init(_ name: [UInt8], _ value: [UInt8]) {
    self.name = name
    self.value = value
  }

  /// The names of access control lists: who may use a file, and what a directory hands on.
  public static let accessControlLists = [
    Array("system.posix_acl_access".utf8), Array("system.posix_acl_default".utf8),
  ]

  /// The longest list of names, and the longest value: `XATTR_LIST_MAX` and `XATTR_SIZE_MAX`,
  /// linux/limits.h.
  private static let capacity = 65_536

  /// The attributes that this process may see of a file; of a symbolic link its own.
  ///
  /// The corresponding C functions are `llistxattr` and `lgetxattr`.
  /// - Throws: `noData` for one that was taken away meanwhile.
  public static func all(of path: FilePath) throws(Errno) -> [ExtendedAttribute] {
    try all { (names) in
      unsafe path.withPlatformString { unsafe llistxattr($0, &names, capacity) }
    } reading: { (name, value) in
      unsafe path.withPlatformString { unsafe lgetxattr($0, name, &value, capacity) }
    }
  }

  /// The attributes that this process may see of an open file.
  ///
  /// The corresponding C functions are `flistxattr` and `fgetxattr`.
  /// - Throws: as for a path.
  public static func all(of file: borrowing Descriptor) throws(Errno) -> [ExtendedAttribute] {
    let number = file.rawValue
    return try all { (names) in
      unsafe flistxattr(number, &names, capacity)
    } reading: {
      (name, value) in
      unsafe fgetxattr(number, name, &value, capacity)
    }
  }

  private static func all(
    listing list: (inout [CChar]) -> Int, reading read: ([CChar], inout [UInt8]) -> Int
  ) throws(Errno) -> [ExtendedAttribute] {
    var names = [CChar](repeating: 0, count: capacity)
    let count: Int
    do throws(Errno) { count = try call { list(&names) } } catch {
      guard error == .notSupported else { throw error }
      return []
    }
    if count == 0 { return [] }
    var value = [UInt8](repeating: 0, count: capacity)
    var attributes: [ExtendedAttribute] = []
    for name in names.prefix(count).split(separator: 0) {
      let length = try call { read(name + [0], &value) }
      attributes.append(
        ExtendedAttribute(name.map { UInt8(bitPattern: $0) }, Array(value.prefix(length))))
    }
    return attributes
  }

  /// What an attribute of an open file holds; nil if the file has none of this name that this
  /// process may see.
  ///
  /// The corresponding C function is `fgetxattr`.
  public static func value(
    of name: [UInt8], from file: borrowing Descriptor
  ) throws(Errno) -> [UInt8]? {
    let number = file.rawValue
    let cName = name.cString
    var value = [UInt8](repeating: 0, count: 4096)
    do throws(Errno) {
      let length = try call { unsafe fgetxattr(number, cName, &value, value.count) }
      return Array(value.prefix(length))
    } catch {
      if error == Errno(rawValue: ENODATA) || error == .notSupported { return nil }
      throw error
    }
  }

  /// Gives the attribute to a file by its path; to a symbolic link itself.
  ///
  /// The corresponding C function is `lsetxattr`.
  public func set(on path: FilePath) throws(Errno) {
    _ = try call {
      unsafe path.withPlatformString { unsafe lsetxattr($0, cName, value, value.count, 0) }
    }
  }

  /// Gives the attribute to an open file.
  ///
  /// The corresponding C function is `fsetxattr`.
  public func set(on file: borrowing Descriptor) throws(Errno) {
    let number = file.rawValue
    _ = try call { unsafe fsetxattr(number, cName, value, value.count, 0) }
  }

  /// Takes an attribute away from an open file that may have it.
  ///
  /// The corresponding C function is `fremovexattr`.
  public static func remove(_ name: [UInt8], from file: borrowing Descriptor) throws(Errno) {
    let number = file.rawValue
    let cName = name.cString
    do throws(Errno) { _ = try call { unsafe fremovexattr(number, cName) } } catch {
      guard error == Errno(rawValue: ENODATA) || error == .notSupported else { throw error }
    }
  }

  private var cName: [CChar] { name.cString }
}

internal import CLinux
public import SystemPackage

/// The names of a file's extended attributes: xattr(7).
public enum AttributeNames {
  /// Whether a file has an attribute of the kernel's own kind, `system.`: an access control list.
  ///
  /// The corresponding C function is `llistxattr`: links are not followed.
  public static func includeSystem(_ path: FilePath) throws(Errno) -> Bool {
    // XATTR_LIST_MAX, linux/limits.h.
    let capacity = 65_536
    var names = [CChar](repeating: 0, count: capacity)
    let count: Int
    do throws(Errno) {
      count = try call {
        unsafe path.withPlatformString { unsafe llistxattr($0, &names, capacity) }
      }
    } catch {
      guard error == .notSupported else { throw error }
      return false
    }
    let prefix = "system.".utf8.map { CChar(bitPattern: $0) }
    return names.prefix(count).split(separator: 0).contains { $0.starts(with: prefix) }
  }
}

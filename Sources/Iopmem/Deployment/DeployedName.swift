internal import Linux

/// The rules for the name of a file in a file system.
public enum DeployedName {
  /// Says what is wrong with a path from the file system's root; nil if it is one that leads to a
  /// place below, and in one way only.
  public static func problem(_ path: [UInt8]) -> String? {
    if path.isEmpty { return "is empty" }
    if path.contains(0) { return "holds a NUL" }
    // PATH_MAX, linux/limits.h, with room for the mount point.
    if path.count > 2048 { return "is longer than 2048 bytes" }
    if path.first == UInt8(ascii: "/") { return "begins with a slash: it is a path from the root" }
    for part in path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      if part.isEmpty { return "has an empty part" }
      if part.elementsEqual(".".utf8) || part.elementsEqual("..".utf8) {
        return "has a part that is . or .."
      }
      // NAME_MAX, linux/limits.h.
      if part.count > 255 { return "has a part longer than 255 bytes" }
      if part.starts(with: StagingDirectory.prefix.utf8) {
        return "has a part that begins with \(StagingDirectory.prefix), which iopmem removes"
      }
    }
    return nil
  }
}

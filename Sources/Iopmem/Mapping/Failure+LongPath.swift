internal import Linux
internal import SystemPackage

extension Failure {
  /// The longest path that the kernel opens: `PATH_MAX`, linux/limits.h.
  private static let longestPath = 4096

  /// Refuses a directory of an image whose path no mount of it could have opened: in a chain of them
  /// each has one block, and the paths of all would grow as the square of that.
  static func expectShort(_ path: FilePath) throws(Failure) {
    guard path.bytes.count >= longestPath else { return }
    var failure = Failure(
      .refused, path, "has a path of more than \(longestPath) bytes", cause: .fileNameTooLong)
    failure.subject = FilePath(bytes: path.bytes.prefix(64) + Array("...".utf8))
    throw failure
  }
}

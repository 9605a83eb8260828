internal import Ext4
internal import SystemPackage

/// Runs a call on an unmounted file system, and makes a `Failure` of its error.
func explain<T: ~Copyable>(
  _ path: FilePath, _ body: () throws(Ext4Error) -> T
) throws(Failure) -> T {
  do { return try body() } catch { throw Failure(reading: error, path) }
}

extension Failure {
  /// What was found of a path in an unmounted file system, or of its image.
  init(reading error: Ext4Error, _ path: FilePath) {
    switch error {
    case _ where error.errno != nil:
      self.init(.failed, path, "cannot read", cause: error.errno)
    case _ where error == .notFound:
      self.init(.failed, path, "is not in the file system", cause: .noSuchFileOrDirectory)
    case _ where error == .notDirectory:
      self.init(.failed, path, "is not in the file system", cause: .notDirectory)
    case .linkInPath:
      self.init(
        .refused, path, "passes a symbolic link, and none is followed in an unmounted file system",
        remedy: "name the file itself")
    case .encryptedNames:
      self.init(
        .refused, path, "is, or is in, a directory whose names are encrypted",
        remedy: "mount it, and name its mounted files")
    case .beyond:
      self.init(.refused, path, "\(error)", remedy: "mount it, and name its mounted files")
    case .damage(let damage):
      self.init(.refused, path, damage.description, remedy: Self.checkIt)
    case _ where error.isBadChecksum:
      self.init(.refused, path, "has a bad checksum: \(error)", remedy: Self.checkIt)
    case _ where error.isUnknownFeature:
      self.init(
        .refused, path, "has features that this program does not know: \(error)",
        remedy: "mount it, and name its mounted files")
    case _ where error.isCutOff:
      self.init(.refused, path, "ends before what it is said to hold")
    case .library:
      self.init(
        .refused, path, "cannot be read as an ext4 file system: libext2fs says \"\(error)\"",
        remedy: Self.checkIt)
    }
  }

  private static let checkIt = "the file system is damaged: run e2fsck on it"
}

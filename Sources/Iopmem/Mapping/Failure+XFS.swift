internal import Linux
internal import SystemPackage
internal import XFS

/// Runs a call on an unmounted XFS, and makes a `Failure` of its error.
func explain<T: ~Copyable>(
  _ path: FilePath, _ body: () throws(XFSError) -> T
) throws(Failure) -> T {
  do { return try body() } catch { throw Failure(reading: error, path) }
}

extension Failure {
  /// What was found of an unmounted XFS.
  init(reading error: XFSError, _ path: FilePath) {
    switch error {
    case .reading(let errno): self.init(.failed, path, "cannot read", cause: errno)
    case .cutOff: self.init(.refused, path, "ends before what it is said to hold")
    case .otherContent:
      self.init(
        .refused, path, "holds no xfs of version 5, and no other is read unmounted",
        remedy: "mount it, and name its mount point")
    case .unknownFeatures(let bits):
      self.init(
        .refused, path,
        "has features that this program does not know: incompatible 0x\(Hex.text(bits))",
        remedy: "mount it, and name its mount point")
    case .unfinished:
      self.init(
        .refused, path, "holds an xfs whose making or repair did not come to its end",
        remedy: Self.repair)
    case .damage(let structure):
      self.init(.refused, path, "\(structure) is damaged", remedy: Self.repair)
    }
  }

  private static let repair = "run xfs_repair on it"
}

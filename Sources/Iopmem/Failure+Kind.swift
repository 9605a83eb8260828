public import Linux
public import SystemPackage

extension Failure {
  /// Refuses what is no regular file, and says what it is.
  public static func notRegular(
    _ path: FilePath, _ kind: Status.Kind, remedy: String? = nil
  ) -> Failure {
    Failure(.refused, path, "is no regular file but \(kind.noun)", remedy: remedy)
      .named(.notRegular)
  }

  /// Explains why something cannot be opened: the kernel opens no socket, and says only that there
  /// is no such device.
  public static func opening(
    _ path: FilePath, _ cause: Errno, _ operation: String = "cannot open"
  ) -> Failure {
    guard cause == .noSuchAddressOrDevice || cause == .isDirectory,
      let status = try? Status(of: path, followingLinks: true), status.kind != .regular
    else { return Failure(cause, path, operation) }
    return notRegular(path, status.kind)
  }
}

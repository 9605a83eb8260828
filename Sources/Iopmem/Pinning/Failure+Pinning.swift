internal import Linux
internal import SystemPackage

extension Failure {
  /// Refuses a file whose layout nothing holds.
  static func notPinned(_ path: FilePath) -> Failure {
    Failure(
      .refused, path, "is not pinned: its bytes can be moved at any time",
      remedy: "pin it, see iopmem-pin(8)"
    ).named(.notPinned)
  }

  /// Refuses to replace a file that is immutable or append-only.
  static func held(_ path: FilePath) -> Failure {
    Failure(
      .refused, path, "is immutable or append-only: a peer may hold its addresses",
      remedy: "stop the peer, and unpin the file or take the attribute away with chattr"
    ).named(.pinned)
  }
}

extension Descriptor {
  /// Checks that nobody has the file open for writing.
  /// - Throws: `refused` when somebody can write the file: what was open before it became
  ///   immutable can still truncate it on xfs, and move its blocks on both file systems.
  func expectNoWriters(_ path: FilePath) throws(Failure) {
    let hasWriters: Bool
    do { hasWriters = try self.hasWriters() } catch {
      throw Failure(
        .unknown, path, "whether somebody has it open for writing cannot be known",
        remedy: error.remedyOfLease, cause: error)
    }
    if hasWriters {
      throw Failure(
        .refused, path, "is open for writing, or mapped so: its bytes could still be moved",
        remedy: "fuser -v tells who has it"
      ).named(.hasWriters)
    }
  }
}

extension Errno {
  fileprivate var remedyOfLease: String? {
    switch self {
    case .permissionDenied: "CAP_LEASE is needed for another's file"
    case .invalidArgument: "the kernel gives no leases: see /proc/sys/fs/leases-enable"
    default: nil
    }
  }
}

internal import Linux
internal import SystemPackage

extension FormatRequest.Lock {
  /// Takes the lock. One that a caller holds already, as `udevadm lock` and systemd-makefs do for
  /// who they run, is as good.
  /// - Throws: `refused` when another program holds it.
  func take(_ descriptor: borrowing Descriptor, _ path: FilePath) throws(Failure) {
    if self == .none || hasCallerLock(descriptor) { return }
    do {
      try descriptor.lock(waiting: patience)
    } catch .wouldBlock {
      throw Failure(
        .refused, path, "is \(DeviceUse.locked(path))",
        remedy: ways("\(option: .lock) yes waits for it", "\(option: .lock) no does without")
      ).named(.locked)
    } catch {
      throw Failure(error, path, "cannot be locked")
    }
  }

  /// Looks for a caller's lock only where there is one at all: the way through `/proc` is long.
  private func hasCallerLock(_ descriptor: borrowing Descriptor) -> Bool {
    do {
      try descriptor.lock(waiting: .none)
      return true
    } catch { return error == .wouldBlock && descriptor.isLockedByCaller() }
  }

  private var patience: LockPatience {
    switch self {
    case .soon: .atMost(.seconds(10))
    case .wait: .unbounded
    case .now, .none: .none
    }
  }
}

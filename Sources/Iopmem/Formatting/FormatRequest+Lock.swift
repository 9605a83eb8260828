internal import Linux
internal import SystemPackage

extension FormatRequest.Lock {
  /// Takes the lock, or finds that a caller holds it.
  /// - Throws: `refused` when another program holds it.
  func take(_ descriptor: borrowing Descriptor, _ path: FilePath) throws(Failure) {
    if self == .none { return }
    do {
      try descriptor.lockForCaller(waiting: patience)
    } catch .wouldBlock {
      throw Failure(
        .refused, path, "is \(DeviceUse.locked(path))",
        remedy: ways("\(option: .lock) yes waits for it", "\(option: .lock) no does without")
      ).named(.locked)
    } catch {
      throw Failure(error, path, "cannot be locked")
    }
  }

  private var patience: LockPatience {
    switch self {
    case .soon: .atMost(.seconds(10))
    case .wait: .unbounded
    case .now, .none: .none
    }
  }
}

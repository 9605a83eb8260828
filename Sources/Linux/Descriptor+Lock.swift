internal import CLinux
public import SystemPackage

/// How long to wait for a lock that another holds.
public enum LockPatience: Equatable, Sendable {
  /// Not at all.
  case none
  /// So long: udev holds a device's lock for some milliseconds whenever it looks at it.
  case atMost(Duration)
  /// Until it comes free, or a signal comes that `Interruption` holds back.
  case unbounded
}

extension Descriptor {
  /// Takes an advisory lock on the whole file, and waits for another's to end.
  ///
  /// The corresponding C function is `flock`.
  /// - Throws: `wouldBlock` when another still holds it after that time, `interrupted` when a signal
  ///   ended the wait.
  public func lock(exclusively: Bool = true, waiting patience: LockPatience) throws(Errno) {
    let start = ContinuousClock.now
    while true {
      do { return try lock(exclusively: exclusively) } catch {
        guard error == .wouldBlock else { throw error }
        switch patience {
        case .none: throw error
        case .atMost(let time): if ContinuousClock.now - start >= time { throw error }
        case .unbounded: break
        }
        if Interruption.signal != nil { throw .interrupted }
        usleep(10_000)
      }
    }
  }

  /// Takes an exclusive advisory lock, or finds that a caller holds it already, as `udevadm lock` and
  /// systemd-makefs do for who they run, which is as good.
  /// - Throws: as `lock(exclusively:waiting:)` does.
  public func lockForCaller(waiting patience: LockPatience) throws(Errno) {
    do { return try lock() } catch {
      guard error == .wouldBlock else { throw error }
      // The way through `/proc` is long: only where somebody holds it at all.
      if isLockedByCaller() { return }
    }
    try lock(waiting: patience)
  }

  /// Whether a process that this one descends from, or this one by another descriptor, holds an
  /// exclusive lock of this file by flock(2): `flock DEVICE mkfs.iopmem DEVICE` does.
  ///
  /// What may not be looked at counts as no lock. Source: proc_pid_fdinfo(5), `lock`, and
  /// `lock_get_status` in fs/locks.c of the kernel.
  private func isLockedByCaller() -> Bool {
    guard let own = try? status() else { return false }
    let root = SystemRoot()
    let callers = Process.ancestors()
    let holds = callers.contains { process in
      let folder = FilePath("/proc/\(process)")
      return ((try? root.names(in: folder.appending("fd"))) ?? []).contains { descriptor in
        let link = folder.appending("fd").appending(descriptor)
        guard (try? Status(of: link, followingLinks: true))?.isSameFile(as: own) == true else {
          return false
        }
        let description = folder.appending("fdinfo").appending(descriptor)
        return ((try? root.text(description)) ?? "").split(separator: "\n").contains {
          let words = $0.split { $0 == " " || $0 == "\t" }
          return words.first == "lock:" && words.contains("FLOCK") && words.contains("WRITE")
        }
      }
    }
    // A process that ended meanwhile gives its number to one that is nothing to this one.
    return holds && callers == Process.ancestors()
  }
}

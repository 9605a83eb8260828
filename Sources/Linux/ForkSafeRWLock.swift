internal import Glibc

/// A value behind a readers-writer lock that still works in a child after fork(2).
///
/// `Synchronization.Mutex` does not: it stores the number of the locking thread, which is another
/// in the child, so that the kernel refuses to unlock what two of its threads wanted.
@safe public final class ForkSafeRWLock<Value>: @unchecked Sendable {
  private let lock: UnsafeMutablePointer<pthread_rwlock_t>
  private var value: Value

  /// Guards a value.
  public init(_ value: sending Value) {
    self.value = value
    unsafe lock = .allocate(capacity: 1)
    unsafe lock.initialize(to: pthread_rwlock_t())
    unsafe pthread_rwlock_init(lock, nil)
  }

  deinit {
    unsafe pthread_rwlock_destroy(lock)
    unsafe lock.deallocate()
  }

  /// Looks at the value, which nobody changes meanwhile.
  ///
  /// The corresponding C function is `pthread_rwlock_rdlock`.
  public func read<T>(_ body: (Value) -> sending T) -> sending T {
    unsafe pthread_rwlock_rdlock(lock)
    defer { unsafe pthread_rwlock_unlock(lock) }
    return body(value)
  }

  /// Changes the value, at which nobody else looks meanwhile.
  ///
  /// The corresponding C function is `pthread_rwlock_wrlock`.
  public func write<T>(_ body: (inout Value) -> sending T) -> sending T {
    unsafe pthread_rwlock_wrlock(lock)
    defer { unsafe pthread_rwlock_unlock(lock) }
    return body(&value)
  }
}

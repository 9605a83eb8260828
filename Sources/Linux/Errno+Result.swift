internal import Glibc
internal import SystemPackage

extension Errno {
  /// What the last failed call of this thread left behind: errno(3).
  static var current: Errno { Errno(rawValue: errno) }
}

/// Runs a call that answers -1 and sets errno, again while a signal interrupts it.
///
/// - Returns: the call's answer, never negative.
@inline(__always)
func call<I: FixedWidthInteger & SignedInteger>(_ body: () -> I) throws(Errno) -> I {
  while true {
    let result = body()
    if result >= 0 { return result }
    let error = Errno.current
    if error != .interrupted { throw error }
  }
}

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

/// Runs a call that moves bytes, again until it has moved all of them, or moves none.
///
/// - Parameters:
///   - total: how many bytes there are to move.
///   - body: moves some of those that are left, after as many as it is told; answers how many, or -1
///     and sets errno.
/// - Returns: how many bytes were moved; fewer than all only where the call moved none.
@inline(__always)
func callUntilDone(_ total: Int, _ body: (Int) throws(Errno) -> Int) throws(Errno) -> Int {
  var done = 0
  while done < total {
    let count = try body(done)
    if count == 0 { break }
    done += count
  }
  return done
}

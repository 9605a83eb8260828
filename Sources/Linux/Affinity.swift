internal import CLinux
public import SystemPackage

/// Saves on which processors the calling thread may run, and restores that when the handle goes.
///
/// The corresponding C functions are `sched_getaffinity` and `sched_setaffinity`.
public struct Affinity: ~Copyable {
  private let before: [UInt]

  /// Processors have numbers below this: `NR_CPUS_RANGE_END`, arch/x86/Kconfig.
  public static let processors = 8192

  /// Saves where the calling thread may run now.
  public init() throws(Errno) {
    var mask = [UInt](repeating: 0, count: Self.processors / UInt.bitWidth)
    _ = try call { unsafe iopmem_get_affinity(&mask, Self.processors / 8) }
    before = mask
  }

  /// On how many processors the thread might run; at least one.
  public var count: Int { max(1, before.reduce(0) { $0 + $1.nonzeroBitCount }) }

  /// Lets the calling thread, the one that made this handle, run on one processor alone.
  /// - Returns: false if there is none of this number, it is off, or not for this process.
  public func move(to processor: Int) throws(Errno) -> Bool {
    var mask = [UInt](repeating: 0, count: before.count)
    mask[processor / UInt.bitWidth] = 1 << UInt(processor % UInt.bitWidth)
    do throws(Errno) {
      _ = try call { unsafe iopmem_set_affinity(mask, Self.processors / 8) }
      return true
    } catch {
      guard error == .invalidArgument else { throw error }
      return false
    }
  }

  deinit { _ = unsafe iopmem_set_affinity(before, Self.processors / 8) }
}

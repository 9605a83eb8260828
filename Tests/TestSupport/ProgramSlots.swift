internal import Glibc

/// How many programs the tests run at once: two a processor, so that no program waits so long for
/// its turn that it seems to hang.
actor ProgramSlots {
  static let shared = ProgramSlots(2 * max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))

  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(_ count: Int) { free = count }

  /// Waits for a slot, in the order of asking.
  func take() async {
    if free > 0 {
      free -= 1
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }

  /// Hands the slot to who has waited longest.
  func giveBack() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}

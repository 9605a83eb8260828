internal import CLinux
public import SystemPackage

extension Descriptor {
  /// Takes an exclusive advisory lock on the whole file, waiting a while for another's to end:
  /// udev holds one for some milliseconds whenever it looks at a device.
  ///
  /// The corresponding C function is `flock`.
  /// - Throws: `wouldBlock` when another still holds it after that time.
  public func lock(waiting patience: Duration) throws(Errno) {
    let deadline = ContinuousClock.now + patience
    while true {
      do { return try lock() } catch {
        guard error == .wouldBlock, ContinuousClock.now < deadline else { throw error }
        usleep(10_000)
      }
    }
  }
}

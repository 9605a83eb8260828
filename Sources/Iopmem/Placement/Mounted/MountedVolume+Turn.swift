internal import Linux
internal import SystemPackage

extension MountedVolume {
  /// How long the free space is waited for. Whoever holds it for longer does not keep others from it.
  private static let patience = LockPatience.atMost(.seconds(20))

  /// Looks at the free space and allocates while no other placement does: one that searches holds all of
  /// it for a moment, and others would find that there is none.
  ///
  /// The turn is a lock of the block device by flock(2). It is a courtesy: who may not open the device,
  /// or has waited for too long, goes on without, and may then be refused for want of space.
  /// - Throws: what the body throws; `interrupted` when a signal ended the wait.
  func inTurn<Result: ~Copyable>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    // The lock lasts as long as the descriptor.
    let turn = openDevice()
    do { try turn?.lockForCaller(waiting: Self.patience) } catch {
      if error == .interrupted { throw .interrupted() }
    }
    let result = try body()
    _ = consume turn
    return result
  }

  /// The open block device; nil where it has no file, or not for this user.
  private func openDevice() -> Descriptor? {
    guard let path = try? BlockDevice(device, in: SystemRoot()).path,
      let opened = try? Descriptor(path, .readOnly, options: .nonBlocking),
      (try? opened.status().specialDevice) == device
    else { return nil }
    return opened
  }
}

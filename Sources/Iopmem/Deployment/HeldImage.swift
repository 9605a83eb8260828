internal import Ext4
internal import Linux
internal import SystemPackage

/// An image that is there, open and locked, so that no other program that is careful changes it.
struct HeldImage: ~Copyable {
  let path: FilePath
  /// Its status when it was locked, which it must keep.
  let status: Status
  let file: Descriptor

  /// Opens an image.
  /// - Returns: nil if there is no such file.
  /// - Throws: `refused` for what is no image of its own, and for one that is in use.
  static func open(_ path: FilePath) throws(Failure) -> HeldImage? {
    while try isThere(path) {
      let file = try openRegular(path)
      do { try file.lock(waiting: .forAnotherRun) } catch .wouldBlock {
        throw Failure(
          .refused, path, "is \(DeviceUse.locked(path))", remedy: "run it again when that has ended"
        ).named(.locked)
      } catch { throw Failure(error, path, "cannot be locked") }
      let status = try explain(path, "cannot read") { () throws(Errno) in try file.status() }
      let held = HeldImage(path: path, status: status, file: file)
      // Who held the lock can have put another in its place.
      guard try held.isCurrent() else { continue }
      try held.expectSingle()
      try held.expectUnused()
      return held
    }
    return nil
  }

  private static func isThere(_ path: FilePath) throws(Failure) -> Bool {
    do throws(Errno) {
      _ = try Status(of: path)
      return true
    } catch {
      guard error == .noSuchFileOrDirectory else { throw Failure(error, path, "cannot read") }
      return false
    }
  }

  private static func openRegular(_ path: FilePath) throws(Failure) -> Descriptor {
    do throws(Errno) {
      let file = try Descriptor(path, .readOnly, options: [.noFollow, .nonBlocking])
      guard try file.status().kind == .regular else { throw Errno.tooManySymbolicLinkLevels }
      return file
    } catch {
      guard error == .tooManySymbolicLinkLevels else { throw Failure(error, path, "cannot open") }
      throw Failure(.refused, path, "is no regular file", remedy: "name the image itself")
        .named(.notRegular)
    }
  }

  private func isCurrent() throws(Failure) -> Bool {
    do throws(Errno) { return try Status(of: path).isSameFile(as: status) } catch {
      guard error == .noSuchFileOrDirectory else { throw Failure(error, path, "cannot read") }
      return false
    }
  }

  private func expectSingle() throws(Failure) {
    guard status.links == 1 else {
      throw Failure(
        .refused, path, "has \(status.links) names, and only this one would lead to a new image",
        remedy: "copy it under the name that is declared")
    }
  }

  /// Checks that the image is as it was opened, and still nobody's.
  func expectUntouched() throws(Failure) {
    let now = try explain(path, "cannot read") { () throws(Errno) in try Status(of: path) }
    guard now.isSameFile(as: status), now.size == status.size, now.modified == status.modified,
      now.links == status.links
    else {
      throw Failure(
        .failed, path, "was changed by another program meanwhile", remedy: "nothing was changed")
    }
    try expectUnused()
  }

  /// Checks that the name can go to another file.
  /// - Returns: the attributes that the other file is to have as well.
  func keptAttributes() throws(Failure) -> ExtendedFlags {
    let flags: ExtendedFlags
    do throws(Errno) { flags = try file.extendedFlags() } catch {
      // A file system without the request has no such attributes.
      guard error == .inappropriateIOCTLForDevice || error == .notSupported else {
        throw Failure(error, path, "cannot be examined")
      }
      return []
    }
    guard flags.isDisjoint(with: [.immutable, .appendOnly]) else {
      throw Failure(
        .refused, path,
        "is \(flags.contains(.immutable) ? "immutable" : "append-only"), and keeps its name",
        remedy: "chattr(1) takes that away"
      ).named(.pinned)
    }
    return flags.intersection([.synchronous, .noAccessTime, .noDump])
  }

  /// Checks that the image holds nothing but zeros: it is replaced as a whole, and whatever is amid
  /// it would be gone.
  func expectZeros() throws(Failure) {
    guard let byte = try file.firstUse(in: 0..<status.size, of: path) else { return }
    throw Failure(
      .refused, path, "holds data that nothing recognises, at byte \(byte)",
      remedy: "remove it, if nobody needs it, and it is made anew"
    ).named(.notBlank)
  }

  private func expectUnused() throws(Failure) {
    let users = try ImageHold.users(of: path, status)
    guard !users.isEmpty else { return }
    throw Failure(
      .refused, path, "is in use: " + users.joined(separator: ", "),
      remedy: "unmount it, or declare what it is mounted on"
    ).named(.inUse)
  }
}

extension LockPatience {
  /// As long as another run of the same manifest is waited for.
  static let forAnotherRun = LockPatience.atMost(.seconds(10))
}

internal import Linux
public import Signature
public import SystemPackage

extension DAXMount {
  /// What became of a device that was to be mounted.
  public struct Outcome: Sendable {
    /// What the device holds.
    public var content: KnownSignature
    /// What is to be known of that.
    public var warning: Failure?
    /// Whether it was mounted now; else it was already.
    public var isNew: Bool
  }

  /// Mounts a device for DAX, unless it is so mounted on that folder.
  /// - Throws: `refused` where it is mounted otherwise, with what differs; else as `mount`.
  public static func ensure(
    _ device: FilePath, on folder: FilePath
  ) throws(Failure) -> Outcome {
    if let kept = try kept(device, on: folder) { return kept }
    do throws(Failure) {
      let (content, warning) = try mount(device, on: folder)
      return Outcome(content: content, warning: warning, isNew: true)
    } catch {
      // Another run may have been as quick.
      guard error.cause == .resourceBusy, let kept = try kept(device, on: folder) else {
        throw error
      }
      return kept
    }
  }

  /// The mount that is there already; nil if there is none.
  private static func kept(
    _ device: FilePath, on folder: FilePath
  ) throws(Failure) -> Outcome? {
    let machine = SystemRoot()
    let number = try BlockDevice.number(at: device, in: machine)
    let point = try explain(folder, "cannot be mounted on") { () throws(Errno) in
      let start = folder.isAbsolute ? FilePath("/") : FilePath("/proc/self/cwd")
      var point = try machine.resolved(start.appending(folder.components))
      point.root = "/"
      return point
    }
    switch MountDecision(try Mount.all(in: machine), of: number, on: point, requiresDAX: true) {
    case .mount: return nil
    case .refuse(let reason, let remedy):
      throw Failure(.refused, device, reason, remedy: remedy).named(.differs)
    case .keep: break
    }
    try expectDAX(device, on: folder)
    let content = try identify(device)
    return Outcome(
      content: content, warning: content.type == "xfs" ? try warning(of: device) : nil,
      isNew: false)
  }

  /// Checks that files of a mount that is there are DAX, and that it can be written.
  private static func expectDAX(_ device: FilePath, on folder: FilePath) throws(Failure) {
    let isDAX: Bool
    do throws(Failure) { isDAX = try Self.isDAX(folder) } catch {
      guard error.cause == .readOnlyFileSystem else { throw error }
      throw Failure(
        .refused, device, "is mounted there read-only",
        remedy: "mount -o remount,rw makes it writable"
      ).named(.differs)
    }
    guard isDAX else {
      throw Failure(
        .refused, device, "is mounted there, and its files are not DAX",
        remedy: "unmount it first, and see dmesg(1)"
      ).named(.notDAX)
    }
  }
}

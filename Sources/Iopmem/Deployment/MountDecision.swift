internal import Linux
internal import SystemPackage

/// What is to be done for a device to be mounted in a place, by what is mounted now.
enum MountDecision: Equatable {
  /// Nothing: it is.
  case keep
  /// It has to be mounted.
  case mount
  /// It cannot be, for this reason.
  case refuse(String, remedy: String)

  /// Decides.
  /// - Parameters:
  ///   - mounts: all of the machine, in the kernel's order: of several on one point the last is the
  ///     one that is seen.
  ///   - point: where it is to be, with no link in it.
  init(
    _ mounts: [Mount], of device: DeviceNumber, on point: FilePath, requiresDAX: Bool,
    flags: Set<Mounting.Flag> = []
  ) {
    guard let there = mounts.last(where: { $0.point == point }), there.device == device else {
      if let other = mounts.first(where: { $0.device == device && $0.point != point }) {
        self = .refuse(
          "is mounted on \(QuotedName(other.point).text), not on \(QuotedName(point).text)",
          remedy: "unmount it there first, or ask for that place")
      } else if mounts.contains(where: { $0.point == point }) {
        self = .refuse(
          "cannot be on \(QuotedName(point).text): another file system is mounted there",
          remedy: "unmount that first")
      } else {
        self = .mount
      }
      return
    }
    guard there.root == "/" else {
      self = .refuse(
        "has only its folder \(QuotedName(there.root).text) mounted there",
        remedy: "unmount that first")
      return
    }
    if requiresDAX, there.dax != "always" {
      self = .refuse(
        "is mounted there without dax=always: its files may not be DAX",
        remedy: "unmount it first: it is then mounted so")
      return
    }
    let missing = flags.map(\.rawValue).filter { !there.flags.contains($0) }.sorted()
    guard missing.isEmpty else {
      let words = missing.joined(separator: ",")
      self = .refuse(
        "is mounted there without \(words)", remedy: "mount -o remount,\(words) gives it that")
      return
    }
    self = .keep
  }
}

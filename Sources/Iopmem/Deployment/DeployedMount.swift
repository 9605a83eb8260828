internal import Linux
internal import SystemPackage

/// Brings a file system to its mount point.
struct DeployedMount {
  let root: SystemRoot
  let plans: Bool

  /// Mounts a file system, unless it is mounted as declared.
  func deploy(
    _ fileSystem: DeployedFileSystem, on path: FilePath
  ) throws(Failure) -> DeployedItem {
    let device = try BlockDevice.number(at: path, in: root)
    let point = try Self.resolved(fileSystem.mountPoint)
    let mounts = try explain(root.absolute("proc/self/mountinfo"), "cannot read") {
      () throws(Errno) in
      Mount.all(try root.bytes("proc/self/mountinfo", limit: 1 << 26))
    }
    let decision = MountDecision(
      mounts, of: device, on: point, requiresDAX: fileSystem.requiresDAX)
    switch decision {
    case .keep: return DeployedItem(.mount, fileSystem.mountPoint, .ok)
    case .refuse(let reason, let remedy):
      throw Failure(.refused, path, reason, remedy: remedy)
    case .mount: break
    }
    var item = DeployedItem(.mount, fileSystem.mountPoint, .created)
    if plans { return item }
    let mounted = try DAXMount.mount(
      path, on: point, requiresDAX: fileSystem.requiresDAX)
    item.reason = mounted.warning?.sentence
    return item
  }

  /// The mount point as the kernel lists it, with no link in it.
  private static func resolved(_ point: FilePath) throws(Failure) -> FilePath {
    let status = try explain(point, "cannot be mounted on") { () throws(Errno) in
      try Status(of: point, followingLinks: true)
    }
    guard status.kind == .directory else {
      throw Failure(.refused, point, "is no directory", remedy: "make it one")
    }
    var resolved = try explain(point, "cannot be mounted on") { () throws(Errno) in
      try SystemRoot().resolved(point)
    }
    resolved.root = "/"
    return resolved
  }
}

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
    var item = DeployedItem(.mount, fileSystem.mountPoint, .created)
    guard let point = try resolved(fileSystem.mountPoint) else { return item }
    func isThere() throws(Failure) -> Bool {
      let decision = MountDecision(
        try Mount.all(in: root), of: device, on: point, requiresDAX: fileSystem.requiresDAX,
        flags: fileSystem.mountFlags)
      switch decision {
      case .keep: return true
      case .mount: return false
      case .refuse(let reason, let remedy):
        throw Failure(.refused, path, reason, remedy: remedy).named(.differs)
      }
    }
    if try isThere() { return DeployedItem(.mount, fileSystem.mountPoint, .ok) }
    if plans { return item }
    do throws(Failure) {
      let mounted = try DAXMount.mount(
        path, on: point, requiresDAX: fileSystem.requiresDAX, flags: fileSystem.mountFlags)
      item.reason = mounted.warning?.sentence
    } catch {
      // Another run may have been as quick.
      guard error.cause == .resourceBusy, try isThere() else { throw error }
      item.state = .ok
    }
    return item
  }

  /// The mount point as the kernel lists it, with no link in it. If it alone is missing it is made,
  /// as in `/run` after a boot; nil where that is only planned.
  private func resolved(_ point: FilePath) throws(Failure) -> FilePath? {
    do throws(Errno) {
      var status = try? Status(of: point, followingLinks: true)
      if status == nil, let name = point.lastComponent {
        let above = try Descriptor(
          point.removingLastComponent(), .readOnly, options: .directory)
        if plans { return nil }
        try above.makeDirectoryIfMissing(FilePath(root: nil, [name]), permissions: 0o755)
        status = try Status(of: point, followingLinks: true)
      }
      guard status?.kind == .directory else { throw .notDirectory }
      var resolved = try SystemRoot().resolved(point)
      resolved.root = "/"
      return resolved
    } catch { throw Failure(error, point, "cannot be mounted on") }
  }
}

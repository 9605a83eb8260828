internal import Linux
internal import SystemPackage

extension FileDeployer {
  /// The status of a file that was just brought about, by which a map knows it.
  func status(of name: FilePath) throws(Failure) -> Status {
    let file = try DeployedMap.open(name, in: root, at: fileSystem.mountPoint)
    let path = fileSystem.mountPoint.appending(name.components)
    return try explain(path, "cannot read") { () throws(Errno) in try file.status() }
  }

  /// What a map is a map of.
  /// - Parameter known: the files, as they were when they were brought about.
  func subject(
    of map: DeployedMap, _ known: [FilePath: Status], in machine: SystemRoot
  ) throws(Failure) -> DeployedMap.Subject {
    let declared = Dictionary(fileSystem.files.map { ($0.path, $0) }) { first, _ in first }
    let point = fileSystem.mountPoint
    return DeployedMap.Subject(
      files: map.files.map { name in
        DeployedMap.Subject.File(
          path: point.appending(name.components), isPinned: declared[name]?.isPinned ?? false,
          name: name, status: known[name])
      },
      windows: WindowSource(root: machine, choices: fileSystem.choices),
      requiresDAX: fileSystem.requiresDAX,
      root: try explain(point, "cannot open") { () throws(Errno) in
        try Descriptor(".", in: root, .readOnly, options: .directory)
      }, mountPoint: point)
  }
}

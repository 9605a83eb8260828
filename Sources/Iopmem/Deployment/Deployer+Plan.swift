internal import Linux
internal import SystemPackage

/// Plans for what cannot be looked into yet.
extension Deployer {
  /// Plans all of a file system whose device is not there yet.
  func planUnseen(
    _ fileSystem: DeployedFileSystem, _ report: (DeployedItem) -> Void
  ) -> Bool {
    if fileSystem.format != nil, case .function(let name) = fileSystem.device {
      report(
        DeployedItem(
          .filesystem, FilePath(name.description), .created, reason: "if it is blank"))
    }
    return planMount(fileSystem, report)
  }

  func planMount(
    _ fileSystem: DeployedFileSystem, _ report: (DeployedItem) -> Void
  ) -> Bool {
    report(DeployedItem(.mount, fileSystem.mountPoint, .created))
    return planFiles(fileSystem, report)
  }

  func planFiles(
    _ declared: DeployedFileSystem, _ report: (DeployedItem) -> Void
  ) -> Bool {
    let fileSystem: DeployedFileSystem
    do throws(Failure) { fileSystem = try declared.withTrees() } catch {
      report(DeployedItem(.file, declared.mountPoint, .ok).refused(error))
      return false
    }
    for file in fileSystem.files {
      let path = fileSystem.path(of: file)
      var item = DeployedItem(.file, path, .ok)
      let isPlanned = item.take(report) { () throws(Failure) in
        try file.source()?.expectDigest(file.digest, nil)
        return DeployedItem(.file, path, .created, reason: "if it is not there")
      }
      guard isPlanned else { return false }
    }
    for map in fileSystem.maps { report(map.planned) }
    return true
  }
}

internal import Linux
internal import SystemPackage

/// Brings a deployment about, one thing after the other, and leaves alone what is as declared.
public struct Deployer: Sendable {
  private let deployment: Deployment
  private let root: SystemRoot
  private let plans: Bool
  private let verifies: Bool

  /// A deployment on the running machine that has not begun.
  /// - Parameters:
  ///   - plans: whether everything is looked at, and nothing changed.
  ///   - verifies: whether bytes are compared even where nothing says that they changed.
  public init(_ deployment: Deployment, plans: Bool = false, verifies: Bool = false) {
    self.deployment = deployment
    root = SystemRoot()
    self.plans = plans
    self.verifies = verifies
  }

  /// Goes through the deployment, and ends at the first thing that is refused.
  /// - Parameter report: is told of each thing as it is done; of a refused one last.
  public func run(_ report: (DeployedItem) -> Void) {
    for fileSystem in deployment.fileSystems {
      guard deploy(fileSystem, report) else { return }
    }
  }

  /// - Returns: whether all of it is as declared.
  private func deploy(
    _ fileSystem: DeployedFileSystem, _ report: (DeployedItem) -> Void
  ) -> Bool {
    var mount = DeployedItem(.mount, fileSystem.mountPoint, .ok)
    let isMounted = mount.take(report) { () throws(Failure) in
      try DeployedMount(root: root, plans: plans).deploy(fileSystem)
    }
    guard isMounted else { return false }
    if plans, mount.state == .created { return planAnew(fileSystem, report) }
    var files: FileDeployer
    do throws(Failure) {
      files = try FileDeployer(fileSystem, in: root, plans: plans, verifies: verifies)
    } catch {
      report(mount.refused(error))
      return false
    }
    for file in fileSystem.files {
      var item = DeployedItem(.file, fileSystem.path(of: file), .ok)
      guard item.take(report, { () throws(Failure) in try files.deploy(file) }) else {
        return false
      }
    }
    return true
  }

  /// Plans the files of a file system that cannot be looked into yet.
  private func planAnew(
    _ fileSystem: DeployedFileSystem, _ report: (DeployedItem) -> Void
  ) -> Bool {
    for file in fileSystem.files {
      let path = fileSystem.path(of: file)
      var item = DeployedItem(.file, path, .ok)
      let isPlanned = item.take(report) { () throws(Failure) in
        try file.source()?.expectDigest(file.digest, nil)
        return DeployedItem(.file, path, .created, reason: "if it is not there")
      }
      guard isPlanned else { return false }
    }
    return true
  }
}

extension DeployedItem {
  /// Becomes what a body makes of it, or refused, and is reported.
  /// - Returns: whether it is as declared.
  fileprivate mutating func take(
    _ report: (DeployedItem) -> Void, _ body: () throws(Failure) -> DeployedItem
  ) -> Bool {
    do throws(Failure) {
      if Interruption.signal != nil {
        throw Failure(.failed, nil, "interrupted", remedy: "run it again")
      }
      self = try body()
    } catch { self = refused(error) }
    report(self)
    return failure == nil
  }

  /// The same thing, refused.
  fileprivate func refused(_ failure: Failure) -> DeployedItem {
    DeployedItem(kind, subject, .refused, reason: failure.sentence, failure: failure)
  }
}

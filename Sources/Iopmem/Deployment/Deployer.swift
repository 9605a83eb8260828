internal import Linux
internal import PCI
internal import SystemPackage

/// Brings a deployment about, one thing after the other, and leaves alone what is as declared.
public struct Deployer {
  let deployment: Deployment
  let root: SystemRoot
  private let options: Options
  private var plans: Bool { options.plans }

  /// How a deployment is brought about.
  public struct Options: Sendable {
    /// Whether everything is looked at, and nothing changed.
    public var plans = false
    /// Whether bytes are compared even where nothing says that they changed.
    public var verifies = false
    /// Whether files of earlier runs are removed that are no longer declared.
    public var prunes = false
    /// How long to wait for devices that are not there.
    public var wait = Duration.zero

    /// Options with every choice left to the defaults.
    public init() {}
  }

  /// A deployment on the running machine that has not begun.
  public init(_ deployment: Deployment, _ options: Options) {
    self.deployment = deployment
    root = SystemRoot()
    self.options = options
  }

  /// Goes through the deployment, and ends at the first thing that is refused.
  /// - Parameter report: is told of each thing as it is done; of a refused one last.
  public func run(_ report: (DeployedItem) -> Void) async {
    awaitDevices(for: options.wait)
    guard let destinations = checkDestinations(report) else { return }
    let binding = DeployedBinding(root: root, plans: plans)
    var unbound: Set<FilePath> = []
    for function in deployment.functions {
      var item = DeployedItem(.function, FilePath(function.name.description), .ok)
      guard item.take(report, { () throws(Failure) in try binding.deploy(function) }) else {
        return
      }
      if plans, item.state == .created { unbound.insert(item.subject) }
    }
    for fileSystem in deployment.fileSystems {
      if case .function(let name) = fileSystem.device,
        let address = try? name.resolve(in: root),
        unbound.contains(FilePath(address.description))
      {
        guard planUnseen(fileSystem, report) else { return }
      } else if let image = fileSystem.image {
        var deployer = ImageDeployer(fileSystem, image, beside: destinations, in: root, options)
        guard await deployer.run(report) else { return }
      } else {
        guard await deploy(fileSystem, binding, beside: destinations, report) else { return }
      }
    }
  }

  /// Looks whether every map and image may be written where it is declared.
  /// - Returns: what may not be replaced; nil where one may not be written.
  private func checkDestinations(_ report: (DeployedItem) -> Void) -> MapDestinations? {
    let images = deployment.fileSystems.compactMap(\.image)
    let maps = deployment.fileSystems.flatMap(\.maps).map(\.destination)
    let written = images.map { (DeployedItem.Kind.filesystem, $0) } + maps.map { (.map, $0) }
    var item = DeployedItem(.map, "/", .ok)
    do throws(Failure) {
      if let (kind, path) = written.first { item = DeployedItem(kind, path, .ok) }
      let destinations = try MapDestinations(deployment)
      for (kind, path) in written {
        item = DeployedItem(kind, path, .ok)
        try destinations.check(path, isImage: kind == .filesystem)
      }
      return destinations
    } catch {
      report(item.refused(error))
      return nil
    }
  }

  /// - Returns: whether all of it is as declared.
  private func deploy(
    _ fileSystem: DeployedFileSystem, _ binding: DeployedBinding,
    beside destinations: MapDestinations, _ report: (DeployedItem) -> Void
  ) async -> Bool {
    let device: FilePath
    var mount = DeployedItem(.mount, fileSystem.mountPoint, .ok)
    do throws(Failure) { device = try binding.path(of: fileSystem.device) } catch {
      report(mount.refused(error))
      return false
    }
    let windows = WindowSource(root: root, choices: fileSystem.choices)
    for reach in fileSystem.reach {
      var item = DeployedItem(.reach, FilePath(reach.client.name.description), .ok)
      let isReached = item.take(report) { () throws(Failure) in
        try reach.deploy(on: device, windows)
      }
      guard isReached else { return false }
    }
    if let format = fileSystem.format {
      var item = DeployedItem(.filesystem, device, .ok)
      do throws(Failure) {
        try expectNoSignal()
        item = try await DeployedFormatting(plans: plans).deploy(format, on: device)
      } catch { item = item.refused(error) }
      report(item)
      if item.failure != nil { return false }
      if plans, item.state == .created { return planMount(fileSystem, report) }
    }
    let isMounted = mount.take(report) { () throws(Failure) in
      try DeployedMount(root: root, plans: plans).deploy(fileSystem, on: device)
    }
    guard isMounted else { return false }
    if plans, mount.state == .created { return planFiles(fileSystem, report) }
    return deployFiles(fileSystem, device, beside: destinations, report)
  }

  private func deployFiles(
    _ declared: DeployedFileSystem, _ device: FilePath, beside destinations: MapDestinations,
    _ report: (DeployedItem) -> Void
  ) -> Bool {
    let fileSystem: DeployedFileSystem
    do throws(Failure) { fileSystem = try declared.withTrees() } catch {
      report(DeployedItem(.file, declared.mountPoint, .ok).refused(error))
      return false
    }
    var files: FileDeployer
    do throws(Failure) {
      files = try FileDeployer(
        fileSystem, on: device, in: root, plans: plans, verifies: options.verifies)
    } catch {
      report(DeployedItem(.mount, fileSystem.mountPoint, .ok).refused(error))
      return false
    }
    var moved: Set<FilePath> = []
    let mapped = Set(fileSystem.maps.flatMap(\.files))
    var known: [FilePath: Status] = [:]
    for file in fileSystem.files {
      var item = DeployedItem(.file, fileSystem.path(of: file), .ok)
      guard item.take(report, { () throws(Failure) in try files.deploy(file) }) else {
        return false
      }
      if plans, item.isChange {
        moved.insert(file.path)
      } else if mapped.contains(file.path) {
        do throws(Failure) { known[file.path] = try files.status(of: file.path) } catch {
          report(DeployedItem(.file, fileSystem.path(of: file), .ok).refused(error))
          return false
        }
      }
    }
    if options.prunes {
      guard prune(files, report) else { return false }
    }
    return deployMaps(files, known, moved, beside: destinations, report)
  }

  private func prune(
    _ files: borrowing FileDeployer, _ report: (DeployedItem) -> Void
  ) -> Bool {
    let names: [FilePath]
    do throws(Failure) { names = try files.undeclared() } catch {
      report(DeployedItem(.mount, files.fileSystem.mountPoint, .ok).refused(error))
      return false
    }
    for name in names {
      let path = files.fileSystem.mountPoint.appending(name.components)
      var item = DeployedItem(.file, path, .ok)
      guard item.take(report, { () throws(Failure) in try files.remove(name) }) else {
        return false
      }
    }
    return true
  }

  /// - Parameters:
  ///   - known: the files, as they were when they were brought about.
  ///   - moved: files that the plan would change, so that their addresses are not known.
  private func deployMaps(
    _ files: borrowing FileDeployer, _ known: [FilePath: Status], _ moved: Set<FilePath>,
    beside destinations: MapDestinations, _ report: (DeployedItem) -> Void
  ) -> Bool {
    for map in files.fileSystem.maps {
      var item = DeployedItem(.map, map.destination, .ok)
      let isWritten = item.take(report) { () throws(Failure) in
        guard moved.isDisjoint(with: map.files) else { return map.planned }
        let subject = try files.subject(of: map, known, in: root)
        return try map.deploy(plans: plans, in: root, beside: destinations) {
          (body) throws(Failure) in try subject.forEachMap(body)
        }
      }
      guard isWritten else { return false }
    }
    return true
  }
}

/// Ends a run where a signal asked to.
func expectNoSignal() throws(Failure) {
  if Interruption.signal != nil {
    throw Failure(.failed, nil, "interrupted", remedy: "run it again")
  }
}

extension DeployedItem {
  /// Becomes what a body makes of it, or refused, and is reported.
  /// - Returns: whether it is as declared.
  mutating func take(
    _ report: (DeployedItem) -> Void, _ body: () throws(Failure) -> DeployedItem
  ) -> Bool {
    do throws(Failure) {
      try expectNoSignal()
      self = try body()
    } catch { self = refused(error) }
    report(self)
    return failure == nil
  }

  /// The same thing, refused.
  func refused(_ failure: Failure) -> DeployedItem {
    DeployedItem(kind, subject, .refused, reason: failure.sentence, failure: failure)
  }
}

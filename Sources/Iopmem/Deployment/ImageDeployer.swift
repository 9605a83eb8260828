internal import Ext4
internal import Linux
internal import SystemPackage

/// Brings an image and its files about.
///
/// It is changed as a whole, in a copy that takes its name once it is whole and proved, or not at
/// all: who opens the image finds the old one or the new one.
struct ImageDeployer {
  private let image: FilePath
  private let destinations: MapDestinations
  private let options: Deployer.Options
  private var fileSystem: DeployedFileSystem
  private let root: SystemRoot
  /// What was found, in order.
  private var items: [DeployedItem] = []
  /// What is being looked at.
  private var current: DeployedItem
  /// What is to be changed.
  private var change = ImageChange()
  /// The files, by their inodes.
  private var inodes: [FilePath: UInt32] = [:]

  init(
    _ fileSystem: DeployedFileSystem, _ image: FilePath, beside destinations: MapDestinations,
    in root: SystemRoot, _ options: Deployer.Options
  ) {
    self.fileSystem = fileSystem
    self.image = image
    self.destinations = destinations
    self.root = root
    self.options = options
    current = DeployedItem(.filesystem, image, .ok)
  }

  /// - Returns: whether all of it is as declared.
  mutating func run(_ report: (DeployedItem) -> Void) async -> Bool {
    do throws(Failure) { try await bringAboutOrJoin() } catch {
      // What was to be changed was not, and what is refused is told once.
      for item in items where !item.isChange && !item.isOfSameThing(as: current) { report(item) }
      report(current.refused(error))
      return false
    }
    for item in items { report(item) }
    for map in fileSystem.maps {
      var item = DeployedItem(.map, map.destination, .ok)
      guard item.take(report, { () throws(Failure) in try deploy(map) }) else { return false }
    }
    return true
  }

  private mutating func bringAboutOrJoin() async throws(Failure) {
    do throws(Failure) { try await bringAbout() } catch {
      // Another run made the image first, and what it made is looked at as any other.
      guard error.cause == .fileExists else { throw error }
      self = ImageDeployer(fileSystem, image, beside: destinations, in: root, options)
      try await bringAbout()
    }
  }

  private mutating func bringAbout() async throws(Failure) {
    try expectNoSignal()
    fileSystem = try fileSystem.withTrees()
    let held = try HeldImage.open(image)
    let isMade = try await mustMake(held)
    if isMade {
      current.state = .created
      change.folders = ImageChange.foldersOfNew
    }
    items.append(current)
    let seen = try isMade ? nil : see(held)
    for file in fileSystem.files {
      current = DeployedItem(.file, fileSystem.path(of: file), .ok)
      try expectNoSignal()
      items.append(try decide(file, seen))
    }
    if options.prunes, let seen { try prune(seen) }
    guard isMade || items.contains(where: \.isChange) else { return }
    current = DeployedItem(.filesystem, image, .ok)
    let new = try newImage(replacing: held)
    // Of a file without a name nothing is left.
    if options.plans { return }
    try await make(new, replacing: held, isMade: isMade)
  }

  /// Whether the image is to be made: there is none, or one that is blank.
  private func mustMake(_ held: borrowing HeldImage?) async throws(Failure) -> Bool {
    switch held {
    case .none:
      guard let format = fileSystem.format, let size = fileSystem.imageSize else {
        throw Failure(
          .refused, image, "is not there", remedy: "declare its type and size, and it is made")
      }
      _ = try Formatter.command(for: format.request(image, imageSize: size))
      return true
    case .some(let held):
      if let size = fileSystem.imageSize, size.rawValue != held.status.size {
        throw Failure(
          .refused, image, "has \(held.status.size) bytes, and \(size.rawValue) are declared",
          remedy: "remove it, and it is made anew"
        ).named(.differs)
      }
      guard let format = fileSystem.format else { return false }
      let item = try await DeployedFormatting(plans: true).deploy(format, on: image)
      if item.isChange { try held.expectZeros() }
      return item.isChange
    }
  }

  private func see(_ held: borrowing HeldImage?) throws(Failure) -> SeenImage? {
    switch held {
    case .none: nil
    case .some(let held): try SeenImage(held)
    }
  }

  private mutating func decide(
    _ file: DeployedFile, _ seen: SeenImage?
  ) throws(Failure) -> DeployedItem {
    var item = current
    let source = try file.source()
    guard let seen, let inode = try seen.find(file.path) else {
      guard change.folders[file.path] == nil else {
        throw Failure(
          .refused, item.subject, "is a folder of the file system's own",
          remedy: "declare another path")
      }
      try seen?.expectTakesName(for: file.path, replacing: false)
      try source?.expectDigest(file.digest, nil)
      item.state = .created
      if !options.plans { try change.place(file, source, replacing: nil, in: seen) }
      return item
    }
    guard inode.kind == .regular else {
      throw Failure(.refused, item.subject, "is no regular file", remedy: "remove it first")
    }
    inodes[file.path] = inode.number
    let (look, start) = try seen.look(inode, item.subject, file.options)
    item.reason = try look.difference(from: file, source, verifies: options.verifies) {
      (source) throws(Failure) in
      try seen.equals(source, size: inode.size, at: start, item.subject)
    }
    guard item.reason == nil else {
      try look.expectReplaceable(for: file, item.subject)
      try seen.expectTakesName(for: file.path, replacing: true)
      try source?.expectDigest(file.digest, nil)
      item.state = .replaced
      if !options.plans { try change.place(file, source, replacing: (look, inode), in: seen) }
      return item
    }
    try look.expectMendable(for: file, item.subject)
    let mends = look.mends(for: file)
    guard !mends.isEmpty else { return item }
    item.state = .mended
    item.reason = mends.joined(separator: ", ")
    change.mends.append(
      (
        inode.number,
        FileSystem.Mend(
          permissions: file.permissions, user: file.user, group: file.group,
          isImmutable: file.isPinned)
      ))
    return item
  }

  /// Takes away what an earlier run placed and is no longer declared.
  private mutating func prune(_ seen: SeenImage) throws(Failure) {
    let declared = Set(fileSystem.files.map(\.path))
    for (name, inode) in try seen.placedFiles() where !declared.contains(name) {
      let path = fileSystem.mountPoint.appending(name.components)
      current = DeployedItem(.file, path, .ok)
      let record = try seen.record(of: inode, path)
      if let reason = record.reasonToKeep(try seen.state(of: inode, path)) {
        items.append(DeployedItem(.file, path, .kept, reason: reason))
        continue
      }
      try seen.expectTakesName(for: name, replacing: true)
      items.append(DeployedItem(.file, path, .removed, reason: "it is no longer declared"))
      try change.remove(name, inode, in: seen)
    }
  }

  /// A file without a name, where the image is to be, that can take the name.
  private func newImage(replacing held: borrowing HeldImage?) throws(Failure) -> NewImage {
    let new = try NewImage(for: image)
    switch held {
    case .none: break
    case .some(let held): _ = try held.keptAttributes()
    }
    return new
  }

  /// Makes the new image, and gives it the name.
  private mutating func make(
    _ new: borrowing NewImage, replacing held: borrowing HeldImage?, isMade: Bool
  ) async throws(Failure) {
    var size = fileSystem.imageSize
    switch held {
    case .none: break
    case .some(let held):
      size = ByteCount(held.status.size)
      if !isMade { try new.copyBytes(of: held) }
      try new.copyRights(of: held)
    }
    if isMade, let format = fileSystem.format, let size { try await new.format(format, size) }
    for made in try new.make(change) { inodes[made.planned.entry.path] = made.inode }
    try expectNoSignal()
    try new.publish(replacing: held)
  }

  private func deploy(_ map: DeployedMap) throws(Failure) -> DeployedItem {
    let changed = Set(items.filter(\.isChange).map(\.subject))
    let root = fileSystem.mountPoint
    if options.plans, map.files.contains(where: { changed.contains(root.appending($0.components)) })
    {
      return map.planned
    }
    let declared = Dictionary(fileSystem.files.map { ($0.path, $0) }) { first, _ in first }
    let subject = ImageMapSubject(
      image: image,
      files: map.files.map {
        ImageMapSubject.File(
          path: root.appending($0.components), isPinned: declared[$0]?.isPinned ?? false,
          inode: inodes[$0])
      }, windows: WindowSource(root: self.root, choices: fileSystem.choices))
    return try map.deploy(plans: options.plans, in: self.root, beside: destinations) {
      (body) throws(Failure) in try subject.forEachMap(body)
    }
  }
}

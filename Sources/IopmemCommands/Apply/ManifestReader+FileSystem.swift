internal import Iopmem
internal import Linux
internal import SystemPackage

extension ManifestReader {
  static func fileSystem(
    _ value: ManifestValue, _ taken: inout Set<FilePath>,
    _ devices: inout Set<DeployedFileSystem.Device>,
    _ destinations: inout [(path: FilePath, value: ManifestValue)], _ mistakes: ManifestMistakes
  ) throws(ManifestMistake) -> DeployedFileSystem {
    let fields = try ManifestFields(
      value,
      [
        "on", "type", "label", "uuid", "journal", "inodes", "no_bar", "no_dax_check", "mount",
        "files", "reach", "maps",
      ], mistakes)
    let on = try ManifestFields(
      fields.required("on"), ["device", "function", "match", "image", "size", "base"], mistakes)
    let (kind, holder) = try on.one(of: ["device", "function", "match", "image"])
    // Without one the rest is read for its own mistakes.
    let found = mistakes.reading { () throws(ManifestMistake) -> DeployedFileSystem.Device in
      let found = try device(kind, holder)
      guard devices.insert(found).inserted else { throw holder.mistake("is declared already") }
      return found
    }
    var fileSystem = DeployedFileSystem(
      device: found ?? (kind == "image" ? .image("/") : .path("/")), mountPoint: "/")
    mistakes.reading { () throws(ManifestMistake) in
      if let image = fileSystem.image {
        guard taken.insert(image).inserted || found == nil else {
          throw holder.mistake("is declared already")
        }
        destinations.append((image, holder))
        try expectImage(fields)
        fileSystem.imageSize = try on["size"]?.size()
      } else {
        if let size = on["size"] { throw size.mistake("is of an image") }
        try mount(fields, &fileSystem, &taken, mistakes)
      }
    }
    mistakes.reading { () throws(ManifestMistake) in
      fileSystem.format = try format(fields, mistakes)
    }
    mistakes.reading { () throws(ManifestMistake) in
      fileSystem.needsBar = try !(fields["no_bar"]?.truth() ?? false)
    }
    mistakes.reading { () throws(ManifestMistake) in
      fileSystem.requiresDAX = try !(fields["no_dax_check"]?.truth() ?? false)
    }
    mistakes.reading { () throws(ManifestMistake) in
      guard let base = on["base"] else { return }
      guard fileSystem.needsBar else { throw base.mistake("excludes no_bar") }
      fileSystem.choices.base = try base.parsed("an address, as \"0xc0000000\"") {
        AddressArgument(argument: $0)?.value
      }
    }
    try contents(fields, &fileSystem, &taken, &destinations, mistakes)
    return fileSystem
  }

  /// Reads what is declared of files, and of who uses them.
  private static func contents(
    _ fields: ManifestFields, _ fileSystem: inout DeployedFileSystem,
    _ taken: inout Set<FilePath>,
    _ destinations: inout [(path: FilePath, value: ManifestValue)], _ mistakes: ManifestMistakes
  ) throws(ManifestMistake) {
    var names = TakenNames()
    let before = mistakes.all.count
    for value in mistakes.list(fields["files"]) {
      mistakes.reading { () throws(ManifestMistake) in
        let (isTree, file) = try file(value, in: fileSystem, &names, mistakes)
        if isTree { fileSystem.trees.append(file) } else { fileSystem.files.append(file) }
      }
    }
    let areFilesKnown = mistakes.all.count == before
    for value in mistakes.list(fields["reach"]) {
      mistakes.reading { () throws(ManifestMistake) in
        guard fileSystem.needsBar else { throw value.mistake("excludes no_bar") }
        fileSystem.reach.append(try reach(value, mistakes))
      }
    }
    // A map of a file that could not be read would be a second mistake for one.
    guard areFilesKnown else { return }
    for value in mistakes.list(fields["maps"]) {
      mistakes.reading { () throws(ManifestMistake) in
        guard fileSystem.needsBar else { throw value.mistake("excludes no_bar") }
        let (map, destination) = try map(value, of: fileSystem, mistakes)
        guard taken.insert(map.destination).inserted else {
          throw value.mistake("has a destination that is declared already")
        }
        destinations.append((map.destination, destination))
        fileSystem.maps.append(map)
      }
    }
  }

  private static func device(
    _ kind: String, _ value: ManifestValue
  ) throws(ManifestMistake) -> DeployedFileSystem.Device {
    switch kind {
    case "function": .function(.address(try address(value)))
    case "match": .function(try match(value))
    case "image": .image(try absolutePath(value))
    default: .path(try absolutePath(value))
    }
  }

  /// Checks that nothing is declared that an image cannot have: it is not mounted, and no function
  /// holds it.
  private static func expectImage(_ fields: ManifestFields) throws(ManifestMistake) {
    for name in ["mount", "no_bar", "no_dax_check", "reach"] {
      if let value = fields[name] { throw value.mistake("is not of an image") }
    }
    if let type = fields["type"], try type.word("ext4") != "ext4" {
      throw type.mistake("must be ext4: files are placed into no other image")
    }
  }

  private static func mount(
    _ fields: ManifestFields, _ fileSystem: inout DeployedFileSystem, _ taken: inout Set<FilePath>,
    _ mistakes: ManifestMistakes
  ) throws(ManifestMistake) {
    let mount = try ManifestFields(fields.required("mount"), ["at", "options"], mistakes)
    let point = try mount.required("at")
    fileSystem.mountPoint = try absolutePath(point)
    if !taken.insert(fileSystem.mountPoint).inserted {
      mistakes.add([point.mistake("is declared already")])
    }
    let expected = Mounting.Flag.allCases.map(\.rawValue).joined(separator: ", ")
    for option in mistakes.list(mount["options"]) {
      mistakes.reading { () throws(ManifestMistake) in
        fileSystem.mountFlags.insert(
          try option.parsed("one of " + expected) { Mounting.Flag(rawValue: $0) })
      }
    }
  }
}

internal import Iopmem
internal import Linux
internal import SystemPackage

extension ManifestReader {
  static func fileSystem(
    _ value: ManifestValue, _ taken: inout Set<FilePath>,
    _ devices: inout Set<DeployedFileSystem.Device>,
    _ destinations: inout [(path: FilePath, value: ManifestValue)]
  ) throws(ManifestMistake) -> DeployedFileSystem {
    let fields = try ManifestFields(
      value,
      [
        "on", "type", "label", "uuid", "journal", "inodes", "no_bar", "no_dax_check", "mount",
        "files",
        "reach", "maps",
      ])
    let on = try ManifestFields(
      fields.required("on"), ["device", "function", "match", "image", "size", "base"])
    let (kind, holder) = try on.one(of: ["device", "function", "match", "image"])
    let device = try device(kind, holder)
    guard devices.insert(device).inserted else { throw holder.mistake("is declared already") }
    var fileSystem = DeployedFileSystem(device: device, mountPoint: "/")
    if let image = fileSystem.image {
      guard taken.insert(image).inserted else { throw holder.mistake("is declared already") }
      destinations.append((image, holder))
      try expectImage(fields)
      fileSystem.imageSize = try on["size"]?.size()
    } else {
      if let size = on["size"] { throw size.mistake("is of an image") }
      try mount(fields, &fileSystem, &taken)
    }
    fileSystem.format = try format(fields)
    fileSystem.needsBar = try !(fields["no_bar"]?.truth() ?? false)
    fileSystem.requiresDAX = try !(fields["no_dax_check"]?.truth() ?? false)
    if let base = on["base"] {
      guard fileSystem.needsBar else { throw base.mistake("excludes no_bar") }
      fileSystem.choices.base = try base.parsed("an address, as \"0xc0000000\"") {
        AddressArgument(argument: $0)?.value
      }
    }
    var names = TakenNames()
    for value in try fields["files"]?.list() ?? [] {
      let (isTree, file) = try file(value, in: fileSystem, &names)
      if isTree { fileSystem.trees.append(file) } else { fileSystem.files.append(file) }
    }
    for value in try fields["reach"]?.list() ?? [] {
      guard fileSystem.needsBar else { throw value.mistake("excludes no_bar") }
      fileSystem.reach.append(try reach(value))
    }
    for value in try fields["maps"]?.list() ?? [] {
      guard fileSystem.needsBar else { throw value.mistake("excludes no_bar") }
      let (map, destination) = try map(value, of: fileSystem)
      destinations.append((map.destination, destination))
      guard taken.insert(map.destination).inserted else {
        throw value.mistake("has a destination that is declared already")
      }
      fileSystem.maps.append(map)
    }
    return fileSystem
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
    _ fields: ManifestFields, _ fileSystem: inout DeployedFileSystem, _ taken: inout Set<FilePath>
  ) throws(ManifestMistake) {
    let mount = try ManifestFields(fields.required("mount"), ["at", "options"])
    let point = try mount.required("at")
    fileSystem.mountPoint = try absolutePath(point)
    guard taken.insert(fileSystem.mountPoint).inserted else {
      throw point.mistake("is declared already")
    }
    let expected = Mounting.Flag.allCases.map(\.rawValue).joined(separator: ", ")
    for option in try mount["options"]?.list() ?? [] {
      fileSystem.mountFlags.insert(
        try option.parsed("one of " + expected) { Mounting.Flag(rawValue: $0) })
    }
  }
}

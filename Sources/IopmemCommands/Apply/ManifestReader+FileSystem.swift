internal import Iopmem
internal import Linux
internal import PCI
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
        "on", "type", "label", "uuid", "journal", "no_bar", "no_dax_check", "mount", "files",
        "reach", "maps",
      ])
    let on = try ManifestFields(fields.required("on"), ["device", "function", "base"])
    let (kind, holder) = try on.one(of: ["device", "function"])
    let device: DeployedFileSystem.Device =
      kind == "device" ? .path(try absolutePath(holder)) : .function(try address(holder))
    guard devices.insert(device).inserted else { throw holder.mistake("is declared already") }
    let mount = try ManifestFields(fields.required("mount"), ["at", "options"])
    let point = try mount.required("at")
    var fileSystem = DeployedFileSystem(
      device: device, mountPoint: try absolutePath(point))
    guard taken.insert(fileSystem.mountPoint).inserted else {
      throw point.mistake("is declared already")
    }
    for option in try mount["options"]?.list() ?? [] {
      let expected = Mounting.Flag.allCases.map(\.rawValue).joined(separator: ", ")
      fileSystem.mountFlags.insert(
        try option.parsed("one of " + expected) { Mounting.Flag(rawValue: $0) })
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

  private static func reach(_ value: ManifestValue) throws(ManifestMistake) -> DeployedReach {
    let fields = try ManifestFields(value, ["client", "address", "address_bits"])
    let expected = DeployedReach.Address.allCases.map(\.rawValue).joined(separator: ", ")
    guard let client = try client(fields) else {
      throw value.mistake("lacks the field client")
    }
    let address = try fields["address"]?.parsed("one of " + expected) {
      DeployedReach.Address(rawValue: $0)
    }
    return DeployedReach(client, address ?? .any)
  }

  /// The client of the fields `client` and `address_bits`; nil where none is declared.
  static func client(_ fields: ManifestFields) throws(ManifestMistake) -> Client? {
    let bits: UInt8? = try fields["address_bits"]?.number(32...64)
    guard let client = fields["client"] else {
      if let bits = fields["address_bits"] { throw bits.mistake("needs the field client") }
      return nil
    }
    return Client(try address(client), addressBits: bits)
  }

  /// What is made on a blank device; nil where no type is declared.
  private static func format(
    _ fields: ManifestFields
  ) throws(ManifestMistake) -> DeployedFileSystem.Format? {
    guard let type = fields["type"] else {
      for name in ["label", "uuid", "journal"] {
        if let value = fields[name] { throw value.mistake("needs the field type") }
      }
      return nil
    }
    var format = DeployedFileSystem.Format(
      try type.parsed("ext4 or xfs") { FormatRequest.FileSystemType(rawValue: $0) })
    if let label = fields["label"] {
      let bytes = Array(try label.text().utf8)
      let limit = format.type.labelLimit
      guard (1...limit).contains(bytes.count), !bytes.contains(0) else {
        throw label.mistake("has \(bytes.count) bytes, and \(format.type) keeps 1 to \(limit)")
      }
      format.label = bytes
    }
    format.uuid = try fields["uuid"]?.parsed("a UUID") { VolumeUUID($0) }
    if let journal = fields["journal"] {
      format.journal = try journal.parsed("none or a number of bytes") {
        JournalArgument(argument: $0)?.journal
      }
      if format.type == .xfs, format.journal == FormatRequest.Journal.none {
        throw journal.mistake("cannot be none: xfs has its log always")
      }
    }
    return format
  }
}

internal import ArgumentParser
internal import Iopmem
internal import SystemPackage

extension ManifestReader {
  /// The fields of a map that are options of iopmem-fiemap(8) too, with the same meaning.
  private static let engineFields = [
    "max_segment", "boundary", "align", "max_segments", "max_transfer", "list_base", "page_size",
    "direction", "card_base",
  ]

  /// - Returns: the map, and the field of its destination.
  static func map(
    _ value: ManifestValue, of fileSystem: DeployedFileSystem, _ mistakes: ManifestMistakes
  ) throws(ManifestMistake) -> (DeployedMap, destination: ManifestValue) {
    let fields = try ManifestFields(
      value, ["to", "files", "format", "client", "address_bits"] + engineFields, mistakes)
    let declared = Set(fileSystem.files.map(\.path))
    var files: [FilePath] = []
    for value in try fields.required("files").filledList() {
      let name = FilePath(try value.text())
      guard declared.contains(name) else { throw value.mistake("is no file that is declared here") }
      files.append(name)
    }
    let expected = MapFormat.Name.allCases.map(\.rawValue).joined(separator: ", ")
    let name =
      try fields["format"]?.parsed("one of " + expected) { MapFormat.Name(rawValue: $0) } ?? .json
    if name.isForOneFile, files.count != 1 {
      throw value.mistake("has \(files.count) files, and \(name.rawValue) takes one")
    }
    let map = ManifestMap(
      format: try format(name, fields, value), client: try client(fields))
    if fileSystem.image != nil {
      if let client = fields["client"] {
        throw client.mistake("is not of an image: no function holds it")
      }
      if map.format.needsAddresses, fileSystem.choices.base == nil {
        throw value.mistake("needs the field base of on: without it an image has no addresses")
      }
    }
    let destination = try fields.required("to")
    let deployed = DeployedMap(files: files, destination: try absolutePath(destination)) {
      (mapping, machine, descriptor) throws(Failure) in
      try map.write(mapping, machine, to: descriptor)
    }
    return (deployed, destination)
  }

  /// The format under the limits of the fields, by the rules of the options of the same names.
  private static func format(
    _ name: MapFormat.Name, _ fields: ManifestFields, _ value: ManifestValue
  ) throws(ManifestMistake) -> MapFormat {
    var arguments: [String] = []
    for field in engineFields + ["address_bits"] {
      guard let value = fields[field] else { continue }
      let option = "--" + field.map { $0 == "_" ? "-" : String($0) }.joined()
      arguments.append("\(option)=\(try value.word("what \(option) takes"))")
      // Each by itself first, so that a wrong one is named.
      do { _ = try EngineOptions.parse([arguments[arguments.count - 1]]) } catch {
        throw value.mistake("is not what \(option) of iopmem-fiemap(8) takes")
      }
    }
    do { return try EngineOptions.parse(arguments).format(name) } catch {
      throw value.mistake("has limits that make no sense: \(EngineOptions.message(for: error))")
    }
  }
}

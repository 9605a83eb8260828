internal import Iopmem
internal import PCI
internal import SystemPackage
internal import YAML

/// Reads manifests of the form `iopmem.manifest/1`: iopmem.yaml(5).
enum ManifestReader {
  static let schema = "iopmem.manifest/1"

  /// What a manifest declares.
  /// - Parameter path: where it lies: an absolute path; nil if that is not known.
  static func deployment(
    _ bytes: [UInt8], of path: FilePath? = nil
  ) throws(ManifestRefusal) -> Deployment {
    let mistakes = ManifestMistakes()
    let declared = mistakes.reading { () throws(ManifestMistake) -> Deployment in
      try deployment(bytes, of: path, mistakes)
    }
    guard let declared, mistakes.all.isEmpty else {
      throw ManifestRefusal(all: mistakes.inOrder)
    }
    return declared
  }

  private static func deployment(
    _ bytes: [UInt8], of path: FilePath?, _ mistakes: ManifestMistakes
  ) throws(ManifestMistake) -> Deployment {
    let node: YAMLNode
    do { node = try YAMLNode.parse(bytes) } catch {
      throw ManifestMistake(position: error.position, field: "", message: error.message)
    }
    let fields = try ManifestFields(
      ManifestValue(node: node, field: ""), ["schema", "functions", "filesystems"], mistakes)
    let schema = try fields.required("schema")
    guard try schema.text() == Self.schema else {
      throw schema.mistake("must be \(Self.schema)")
    }
    var functions: [DeployedFunction] = []
    var names: Set<FunctionName> = []
    for value in mistakes.list(fields["functions"]) {
      mistakes.reading { () throws(ManifestMistake) in
        let function = try function(value, mistakes)
        guard names.insert(function.name).inserted else {
          throw value.mistake("is declared already")
        }
        functions.append(function)
      }
    }
    var fileSystems: [DeployedFileSystem] = []
    var taken: Set<FilePath> = []
    var devices: Set<DeployedFileSystem.Device> = []
    var destinations: [(path: FilePath, value: ManifestValue)] = []
    for value in try fields.required("filesystems").filledList() {
      mistakes.reading { () throws(ManifestMistake) in
        fileSystems.append(
          try fileSystem(value, &taken, &devices, &destinations, mistakes))
      }
    }
    // Else what was not read, or was declared twice, would be a second mistake.
    if mistakes.all.isEmpty {
      let declared = DeclaredPlaces(fileSystems, manifest: path)
      mistakes.add(
        destinations.compactMap { path, value in
          declared.problem(ofOutput: path).map { value.mistake($0) }
        })
    }
    var deployment = Deployment(fileSystems: fileSystems)
    deployment.functions = functions
    return deployment
  }

  private static func function(
    _ value: ManifestValue, _ mistakes: ManifestMistakes
  ) throws(ManifestMistake) -> DeployedFunction {
    let fields = try ManifestFields(value, ["address", "match", "bar"], mistakes)
    let (kind, holder) = try fields.one(of: ["address", "match"])
    let name = try kind == "match" ? match(holder) : .address(address(holder))
    return DeployedFunction(name, bar: try fields["bar"]?.number(0...5))
  }

  /// A function by what it is.
  static func match(_ value: ManifestValue) throws(ManifestMistake) -> FunctionName {
    let expected = "VENDOR:DEVICE or VENDOR:DEVICE:SLOT, as \"10ee:903f:3\""
    return .match(try value.parsed(expected) { FunctionMatch($0) })
  }

  static func address(_ value: ManifestValue) throws(ManifestMistake) -> FunctionAddress {
    try value.parsed("a PCI function with its domain, as 0000:03:00.0") { text in
      text.utf8.count { $0 == UInt8(ascii: ":") } == 2 ? FunctionAddress(text) : nil
    }
  }

  static func absolutePath(_ value: ManifestValue) throws(ManifestMistake) -> FilePath {
    let text = try value.text()
    guard text.utf8.first == UInt8(ascii: "/"), !text.utf8.contains(0), text.utf8.count < 4096
    else { throw value.mistake("must be an absolute path") }
    return FilePath(text).lexicallyNormalized()
  }
}

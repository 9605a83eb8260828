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
  ) throws(ManifestMistake) -> Deployment {
    let node: YAMLNode
    do { node = try YAMLNode.parse(bytes) } catch {
      throw ManifestMistake(position: error.position, field: "", message: error.message)
    }
    let fields = try ManifestFields(
      ManifestValue(node: node, field: ""), ["schema", "functions", "filesystems"])
    let schema = try fields.required("schema")
    guard try schema.text() == Self.schema else {
      throw schema.mistake("must be \(Self.schema)")
    }
    var functions: [DeployedFunction] = []
    for value in try fields["functions"]?.list() ?? [] {
      let function = try function(value)
      guard !functions.contains(where: { $0.name == function.name }) else {
        throw value.mistake("is declared already")
      }
      functions.append(function)
    }
    var fileSystems: [DeployedFileSystem] = []
    var taken: Set<FilePath> = []
    var devices: Set<DeployedFileSystem.Device> = []
    var destinations: [(path: FilePath, value: ManifestValue)] = []
    for value in try fields.required("filesystems").filledList() {
      fileSystems.append(try fileSystem(value, &taken, &devices, &destinations))
    }
    let declared = DeclaredPlaces(fileSystems, manifest: path)
    for (path, value) in destinations {
      if let problem = declared.problem(ofOutput: path) { throw value.mistake(problem) }
    }
    var deployment = Deployment(fileSystems: fileSystems)
    deployment.functions = functions
    return deployment
  }

  private static func function(
    _ value: ManifestValue
  ) throws(ManifestMistake) -> DeployedFunction {
    let fields = try ManifestFields(value, ["address", "match", "bar"])
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

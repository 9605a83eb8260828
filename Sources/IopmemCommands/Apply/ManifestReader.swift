internal import Iopmem
internal import SystemPackage
internal import YAML

/// Reads manifests of the form `iopmem.manifest/1`: iopmem.yaml(5).
enum ManifestReader {
  static let schema = "iopmem.manifest/1"

  /// What a manifest declares.
  static func deployment(_ bytes: [UInt8]) throws(ManifestMistake) -> Deployment {
    let node: YAMLNode
    do { node = try YAMLNode.parse(bytes) } catch {
      throw ManifestMistake(position: error.position, field: "", message: error.message)
    }
    let fields = try ManifestFields(
      ManifestValue(node: node, field: ""), ["schema", "filesystems"])
    let schema = try fields.required("schema")
    guard try schema.text() == Self.schema else {
      throw schema.mistake("must be \(Self.schema)")
    }
    var fileSystems: [DeployedFileSystem] = []
    var taken: Set<FilePath> = []
    for value in try fields.required("filesystems").filledList() {
      fileSystems.append(try fileSystem(value, &taken))
    }
    return Deployment(fileSystems: fileSystems)
  }

  private static func fileSystem(
    _ value: ManifestValue, _ taken: inout Set<FilePath>
  ) throws(ManifestMistake) -> DeployedFileSystem {
    let fields = try ManifestFields(value, ["on", "no_bar", "no_dax_check", "mount", "files"])
    let on = try ManifestFields(fields.required("on"), ["device", "base"])
    let device = try on.required("device")
    let mount = try ManifestFields(fields.required("mount"), ["at"])
    let point = try mount.required("at")
    var fileSystem = DeployedFileSystem(
      device: try absolutePath(device), mountPoint: try absolutePath(point))
    for (path, value) in [(fileSystem.device, device), (fileSystem.mountPoint, point)] {
      guard taken.insert(path).inserted else { throw value.mistake("is declared already") }
    }
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
      fileSystem.files.append(try file(value, in: fileSystem, &names))
    }
    return fileSystem
  }

  private static func file(
    _ value: ManifestValue, in fileSystem: DeployedFileSystem, _ names: inout TakenNames
  ) throws(ManifestMistake) -> DeployedFile {
    let fields = try ManifestFields(
      value,
      [
        "path", "source", "size", "digest", "align", "mode", "owner", "group", "pinned",
      ])
    let path = try fields.required("path")
    let bytes = Array(try path.text().utf8)
    if let problem = DeployedName.problem(bytes) { throw path.mistake(problem) }
    let name = FilePath(String(decoding: bytes, as: UTF8.self))
    try names.add(name, path)
    let (kind, content) = try fields.one(of: ["source", "size"])
    var file = DeployedFile(
      path: name,
      content: kind == "source" ? .copy(of: try absolutePath(content)) : .buffer(try content.size())
    )
    if let digest = fields["digest"] {
      guard kind == "source" else { throw digest.mistake("is of files with a source") }
      file.digest = try digest.parsed("xxh128: and 32 hex digits, see xxh128sum(1)") {
        ContentDigest($0)
      }
    }
    if let align = fields["align"] {
      file.alignment = try align.parsed("a power of two of bytes, as 4096 or 2MiB") {
        SizeArgument(argument: $0)?.count
      }
      guard file.alignment.isPowerOfTwo else { throw align.mistake("must be a power of two") }
    }
    file.permissions = try fields["mode"]?.parsed("octal digits after a 0, as \"0640\"", mode)
    file.user = try fields["owner"]?.number(0...UInt32.max - 1)
    file.group = try fields["group"]?.number(0...UInt32.max - 1)
    if let pinned = fields["pinned"] {
      file.isPinned = try pinned.truth()
      if file.isPinned == true, !fileSystem.needsBar { throw pinned.mistake("excludes no_bar") }
    }
    return file
  }

  /// Permission bits of three or four octal digits after a zero.
  private static func mode(_ text: String) -> UInt16? {
    guard text.utf8.first == UInt8(ascii: "0"), (4...5).contains(text.utf8.count),
      text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }),
      let mode = UInt16(text, radix: 8), mode <= 0o7777
    else { return nil }
    return mode
  }

  private static func absolutePath(_ value: ManifestValue) throws(ManifestMistake) -> FilePath {
    let text = try value.text()
    guard text.utf8.first == UInt8(ascii: "/"), !text.utf8.contains(0), text.utf8.count < 4096
    else { throw value.mistake("must be an absolute path") }
    return FilePath(text).lexicallyNormalized()
  }
}

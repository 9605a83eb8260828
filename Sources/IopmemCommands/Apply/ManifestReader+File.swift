internal import Iopmem
internal import SystemPackage

extension ManifestReader {
  static func file(
    _ value: ManifestValue, in fileSystem: DeployedFileSystem, _ names: inout TakenNames,
    _ mistakes: ManifestMistakes
  ) throws(ManifestMistake) -> (isTree: Bool, DeployedFile) {
    let fields = try ManifestFields(
      value,
      [
        "path", "tree", "source", "size", "digest", "align", "mode", "owner", "group", "pinned",
      ], mistakes)
    let (nameField, path) = try fields.one(of: ["path", "tree"])
    let isTree = nameField == "tree"
    let bytes = Array(try path.text().utf8)
    if let problem = DeployedName.problem(bytes) { throw path.mistake(problem) }
    let name = FilePath(String(decoding: bytes, as: UTF8.self))
    try names.add(name, path)
    let (kind, content) = try fields.one(of: ["source", "size"])
    for name in ["size", "digest"] {
      if isTree, let value = fields[name] { throw value.mistake("is not of a tree") }
    }
    var file = DeployedFile(
      path: name,
      content: kind == "source" ? .copy(of: try absolutePath(content)) : .buffer(try content.size())
    )
    mistakes.reading { () throws(ManifestMistake) in
      if let digest = fields["digest"] {
        guard kind == "source" else { throw digest.mistake("is of files with a source") }
        file.digest = try digest.parsed("xxh128: and 32 hex digits, see xxh128sum(1)") {
          ContentDigest($0)
        }
      }
    }
    mistakes.reading { () throws(ManifestMistake) in
      if let align = fields["align"] {
        file.alignment = try align.parsed("a power of two of bytes, as 4096 or 2MiB") {
          SizeArgument(argument: $0)?.count
        }
        guard file.alignment.isPowerOfTwo else { throw align.mistake("must be a power of two") }
      }
    }
    mistakes.reading { () throws(ManifestMistake) in
      file.permissions = try fields["mode"]?.parsed("octal digits after a 0, as \"0640\"", mode)
    }
    mistakes.reading { () throws(ManifestMistake) in
      file.user = try fields["owner"]?.number(0...UInt32.max - 1)
    }
    mistakes.reading { () throws(ManifestMistake) in
      file.group = try fields["group"]?.number(0...UInt32.max - 1)
    }
    mistakes.reading { () throws(ManifestMistake) in
      if let pinned = fields["pinned"] {
        file.isPinned = try pinned.truth()
        if file.isPinned == true, !fileSystem.needsBar { throw pinned.mistake("excludes no_bar") }
      }
    }
    return (isTree, file)
  }

  /// Permission bits of three or four octal digits after a zero.
  private static func mode(_ text: String) -> UInt16? {
    guard text.utf8.first == UInt8(ascii: "0"), (4...5).contains(text.utf8.count),
      text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }),
      let mode = UInt16(text, radix: 8), mode <= 0o7777
    else { return nil }
    return mode
  }
}

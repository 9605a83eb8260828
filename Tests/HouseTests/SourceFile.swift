internal import FoundationEssentials
internal import Linux
internal import SystemPackage
internal import TestSupport

/// A file below `Sources`.
struct SourceFile: Sendable, CustomStringConvertible {
  /// Its path from `Sources`.
  let path: String
  let lines: [Substring]

  /// The target that it belongs to.
  var target: String { String(path.prefix { $0 != "/" }) }
  var description: String { path }

  /// The modules that it imports.
  var imports: [String] {
    lines.compactMap { line in
      let words = line.split(separator: " ")
      guard let keyword = words.firstIndex(of: "import"), keyword + 1 < words.count,
        words[..<keyword].allSatisfy({ Self.modifiers.contains($0) || $0.hasPrefix("@") })
      else { return nil }
      // `import struct Module.Name` names its module too.
      return words.last?.split(separator: ".").first.map(String.init)
    }
  }

  private static let modifiers: Set<Substring> = [
    "public", "package", "internal", "fileprivate", "private",
  ]

  /// All Swift files of the tree.
  static func all() throws -> [SourceFile] {
    let folder = Project.folder + "/Sources"
    return try FileManager.default.subpathsOfDirectory(atPath: folder)
      .filter { $0.hasSuffix(".swift") }.sorted()
      .map { path in
        let bytes = try Descriptor(FilePath("\(folder)/\(path)"), .readOnly)
          .readToEnd(limit: 1 << 20)
        return SourceFile(
          path: path,
          lines: String(decoding: bytes, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false))
      }
  }
}

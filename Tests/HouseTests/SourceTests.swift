internal import Testing

/// The rules of the tree that no compiler holds.
@Suite struct SourceTests {
  /// What each target may import of this package, and of C.
  static let allowed: [String: Set<String>] = [
    "Linux": ["CLinux", "CZlib", "Glibc"],
    "Signature": ["CBlkid", "Glibc", "Linux"],
    "Ext4": ["CExt2fs", "Glibc", "Linux"],
    "XFS": ["Linux"],
    "Digest": ["CXxhash"],
    "YAML": ["CYaml"],
    "PCI": ["Linux"],
    "Iopmem": ["Linux", "Signature", "Ext4", "XFS", "Digest", "PCI"],
    "IopmemCommands": ["Linux", "Signature", "PCI", "Iopmem", "YAML"],
    "iopmem": ["CStart", "IopmemCommands"],
    "IopmemLibrary": ["CIopmem", "Linux", "PCI", "Iopmem"],
  ]

  /// What any target may import: nothing here reaches C, or takes long to start.
  static let libraries: Set<String> = [
    "ArgumentParser", "Dispatch", "FoundationEssentials", "Subprocess", "Synchronization",
    "SystemPackage",
  ]

  @Test func everyTargetHasItsRule() throws {
    #expect(Set(try SourceFile.all().map(\.target)) == Set(Self.allowed.keys))
  }

  @Test func importsLeadDownwards() throws {
    for file in try SourceFile.all() {
      let rule = Self.allowed[file.target, default: []].union(Self.libraries)
      #expect(Set(file.imports).subtracting(rule).isEmpty, "\(file)")
    }
  }

  @Test func importLinesAreFound() {
    let text = """
      // import Comment
      internal import Linux
      @testable import Iopmem
      public import struct SystemPackage.FilePath
      let text = "import Nothing"
      """
    let file = SourceFile(path: "X/y.swift", lines: text.split(separator: "\n"))
    #expect(file.imports == ["Linux", "Iopmem", "SystemPackage"])
  }

  /// `scripts/static.ld` leaves out of the program what regular expressions need.
  @Test func noSourceHasRegularExpressions() throws {
    let signs = [
      "Regex", "firstMatch(of:", "wholeMatch(of:", "prefixMatch(of:", "matches(of:", "#/",
    ]
    for file in try SourceFile.all() {
      for line in file.lines { #expect(!signs.contains { line.contains($0) }, "\(file): \(line)") }
    }
  }

  @Test func filesAreShort() throws {
    let files = try SourceFile.all()
    #expect(files.count > 50)
    for file in files { #expect(file.lines.count <= 350, "\(file)") }
  }

  /// The domain does not know which verb asks: an option of ours is a `CallerOption`, which is told
  /// only where there is one.
  @Test func theDomainNamesNoOptions() throws {
    // Arguments of mke2fs and mkfs.xfs, which mkfs.iopmem alone takes.
    let ofMkfs = "Iopmem/Formatting/ExtraOptions+Tools.swift"
    for file in try SourceFile.all() where file.target == "Iopmem" && file.path != ofMkfs {
      for line in file.lines where !line.contains("///") {
        #expect(Self.optionsOfNoProgram(in: line).isEmpty, "\(file): \(line)")
      }
    }
  }

  @Test func optionsOfNoProgramAreFound() {
    #expect(Self.optionsOfNoProgram(in: #"remedy: "give --base or --bar""#) == ["--base"])
    #expect(Self.optionsOfNoProgram(in: #"remedy: "iopmem lease --for it""#).isEmpty)
  }

  /// The first options in literals that follow no program's name.
  private static func optionsOfNoProgram(in line: Substring) -> [Substring] {
    let programs = ["iopmem", "ndctl", "cp", "sgdisk"]
    return line.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
      .filter { $0.offset.isMultiple(of: 2) == false }
      .compactMap { literal in
        let words = literal.element.split(separator: " ")
        guard let place = words.firstIndex(where: { $0.firstMatch(of: /^--[a-z]/) != nil }),
          !words[..<place].contains(where: { word in
            programs.contains { word == $0 || word.hasSuffix(".\($0)") }
          })
        else { return nil }
        return words[place]
      }
  }
}

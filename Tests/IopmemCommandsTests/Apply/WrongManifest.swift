import Iopmem
import Testing
import YAML

@testable import IopmemCommands

/// A manifest with a mistake, and what is said of it.
struct WrongManifest: Sendable, CustomTestStringConvertible {
  let text: String
  /// The field that is named; empty for the whole.
  let field: String
  let line: Int
  /// Words of the message.
  let words: String

  var testDescription: String { "\(field): \(words)" }

  init(_ text: String, _ field: String, line: Int, _ words: String) {
    self.text = text
    self.field = field
    self.line = line
    self.words = words
  }

  /// All of them.
  static var all: [WrongManifest] {
    WrongFileTests.manifests + WrongFileSystemTests.manifests + WrongImageTests.manifests
      + WrongMapTests.manifests + WrongFunctionTests.manifests + WrongManifestTests.manifests
  }

  /// A manifest of one file, on line 5.
  static func file(_ fields: String) -> String {
    """
    {"schema": "iopmem.manifest/1",
     "filesystems": [
      {"on": {"device": "/dev/iopmem0"}, "mount": {"at": "/mnt"},
       "files": [
        {\(fields)}]}]}
    """
  }

  /// A manifest of one file system without files, on line 3.
  static func fileSystem(_ fields: String) -> String {
    """
    {"schema": "iopmem.manifest/1",
     "filesystems": [
      {\(fields)}]}
    """
  }

  /// Checks that the mistake is found, and that its line and field are told.
  func check() {
    do throws(ManifestRefusal) {
      _ = try ManifestReader.deployment(Array(text.utf8))
      #expect(Bool(false), "was taken: \(text)")
    } catch let mistakes {
      let error = mistakes.all[0]
      // Nothing follows from it; cases of functions have an empty list of file systems.
      let others = mistakes.all.dropFirst().filter { $0.message != "is an empty list" }
      #expect(others.isEmpty, "\(mistakes.all.map(\.sentence))")
      #expect(error.field == field, "\(error.sentence)")
      #expect(error.position.line == line, "\(error.sentence)")
      #expect(error.message.contains(words), "\(error.sentence)")
      #expect(error.sentence.hasPrefix("line \(line), column "))
    }
  }
}

import Testing

@testable import IopmemCommands

/// Maps in a manifest that make no sense.
@Suite struct WrongMapTests {
  /// Fields of a map of the files `a` and `b`, the field that is wrong, and what is said of it.
  static let rows: [(fields: String, field: String, words: String)] = [
    (#""to": "/t""#, "", "lacks the field files"),
    (#""files": ["a"]"#, "", "lacks the field to"),
    (#""to": "t", "files": ["a"]"#, ".to", "an absolute path"),
    (#""to": "/m", "files": ["a"]"#, "", "declared already"),
    (#""to": "/t", "files": []"#, ".files", "an empty list"),
    (#""to": "/t", "files": ["c"]"#, ".files[0]", "is no file that is declared here"),
    (#""to": "/t", "files": ["a"], "format": "xml""#, ".format", "table, json"),
    (#""to": "/t", "files": ["a", "b"], "format": "nvme-prp""#, "", "takes one"),
    (#""to": "/t", "files": ["a"], "client": "04:00.0""#, ".client", "a PCI function"),
    (#""to": "/t", "files": ["a"], "address_bits": 40"#, ".address_bits", "needs the field client"),
    (#""to": "/t", "files": ["a"], "max_segment": "x""#, ".max_segment", "--max-segment"),
    (#""to": "/t", "files": ["a"], "boundary": 3"#, "", "powers of two"),
    (#""to": "/t", "files": ["a"], "align": []"#, ".align", "is a list"),
    (#""to": "/t", "files": ["a"], "max_segments": -1"#, ".max_segments", "--max-segments"),
    (#""to": "/t", "files": ["a"], "list_base": "0x1000""#, "", "make no sense"),
    (#""to": "/t", "files": ["a"], "page_size": "--help""#, ".page_size", "--page-size"),
    (#""to": "/t", "files": ["a"], "boundary": "x""#, ".boundary", "--boundary"),
    (#""to": "/t", "files": ["a"], "list_base": "x""#, ".list_base", "--list-base"),
    (#""to": "/t", "files": ["a"], "max_transfer": "x""#, ".max_transfer", "--max-transfer"),
    (#""to": "/t", "files": ["a"], "direction": "up""#, ".direction", "--direction"),
    (#""to": "/t", "files": ["a"], "card_base": "x""#, ".card_base", "--card-base"),
    (#""to": "/t", "files": ["a", "b"], "format": "qdma""#, "", "takes one"),
    (#""to": "/t", "files": ["a"], "format": "qdma""#, "", "--direction and --card-base"),
    (#""to": "/t", "files": "a""#, ".files", "must be a list"),
  ]

  static var manifests: [WrongManifest] {
    rows.map { row in
      let text =
        #""on":{"device":"/d"},"mount":{"at":"/m"},"files":[{"path":"a","size":1},"#
        + #"{"path":"b","size":1}],"maps":[{"# + row.fields + "}]"
      return WrongManifest(
        WrongManifest.fileSystem(text), "filesystems[0].maps[0]" + row.field, line: 3, row.words)
    }
  }

  @Test(arguments: manifests) func wrongMap(_ manifest: WrongManifest) { manifest.check() }
}

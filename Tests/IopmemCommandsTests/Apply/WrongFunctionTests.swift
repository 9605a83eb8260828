import Testing

@testable import IopmemCommands

/// Functions in a manifest that make no sense.
@Suite struct WrongFunctionTests {
  /// The functions, the field that is wrong, and what is said of it.
  static let rows: [(functions: String, field: String, words: String)] = [
    ("[{bar: 2}]", "functions[0]", "one of the fields address, match"),
    ("[{address: 1}]", "functions[0].address", "a PCI function"),
    ("[{address: 0000:03:00.0, bar: 6}]", "functions[0].bar", "from 0 to 5"),
    ("[{address: 0000:03:00.0, slot: 6}]", "functions[0]", #"no field "slot""#),
    ("[{address: 0000:03:00.0}, {address: 0000:03:00.0}]", "functions[1]", "declared already"),
    ("[{match: \"10ee\"}]", "functions[0].match", "VENDOR:DEVICE"),
    ("[{match: \"10ee:903f\", address: 0000:03:00.0}]", "functions[0]", "address, match"),
    ("[{match: 10ee:903f:3}, {match: \"10EE:903f:3\"}]", "functions[1]", "declared already"),
    ("{}", "functions", "must be a list"),
  ]

  static var manifests: [WrongManifest] {
    rows.map { row in
      WrongManifest(
        "schema: iopmem.manifest/1\nfunctions: \(row.functions)\nfilesystems: []\n", row.field,
        line: 2, row.words)
    }
  }

  @Test(arguments: manifests) func wrongFunction(_ manifest: WrongManifest) { manifest.check() }
}

internal import TestSupport
internal import Testing

/// Names are bytes: any that Linux allows goes in as an argument and comes out unharmed.
@Suite struct NameTests {
  /// Not UTF-8, with a newline, a quote and a character that turns the line's direction.
  static let name: [UInt8] =
    Array("bad".utf8) + [0xFF] + Array("\nline \"\u{202E}".utf8) + [0xC3]
  static let quoted = #""/bad\xff\nline \"\u{202e}\xc3""#
  static let hex = ("/".utf8 + name).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  /// The path as bash takes it.
  static let shell = #"$'/bad\xff\nline "\xe2\x80\xae\xc3'"#

  private let folder: TemporaryFolder

  init() async throws {
    folder = try TemporaryFolder()
    try await Tool.require(
      "bash",
      [
        "-euc",
        """
        cd "$0"
        mkdir tree
        echo content >tree\(Self.shell)
        truncate -s 16M bar.img
        mke2fs -q -t ext4 -b 4096 -d tree bar.img
        """, folder.path,
      ])
  }

  /// Runs the toolkit by a line of bash, in which its name is `iopmem`.
  private func bash(_ line: String) async throws -> Tool {
    try await Tool.run(
      "bash", ["-uc", #"iopmem() { "$binary" "$@"; }; cd "$0"; "# + line, folder.path],
      environment: ["binary": Project.binary])
  }

  @Test func argumentsLoseNoBytes() async throws {
    let text = try await bash("iopmem fiemap --image bar.img \(Self.shell)")
    #expect(text.status == 0, "\(text.errors)")
    let lines = text.text.split(separator: "\n")
    #expect(lines.count == 3)
    #expect(lines.first?.hasPrefix(Self.quoted + "  size 8 ") == true)
  }

  @Test func treesAndListsLoseNoBytes() async throws {
    let tree = try await bash("iopmem fiemap --image bar.img --json -r /")
    let list = try await bash(
      "printf '%s\\0' \(Self.shell) | iopmem fiemap --image bar.img --json --stdin0")
    let argument = try await bash("iopmem fiemap --image bar.img --json \(Self.shell)")
    for tool in [tree, list, argument] {
      #expect(tool.status == 0, "\(tool.errors)")
      #expect(tool.text.contains(#""path_hex":"\#(Self.hex)""#))
      #expect(try await Schema.complaint(about: tool.output, verb: "fiemap") == nil)
    }
    #expect(list.output == argument.output && tree.output == argument.output)
  }

  @Test func mountedFilesLoseNoBytes() async throws {
    // Whatever the answer about this file is, it is about this file.
    let tool = try await bash("iopmem fiemap --base 4096 --no-dax-check tree\(Self.shell)")
    #expect(!tool.errors.contains("No such file"))
    let missing = try await bash("iopmem fiemap \(Self.shell)")
    #expect(missing.status == 1, "\(missing.errors)")
    #expect(missing.errors.hasPrefix("iopmem: \(Self.quoted): "))
    #expect(missing.errors.split(separator: "\n").count == 1)
  }

  @Test func placedFilesKeepTheirNames() async throws {
    let placed = try await bash("iopmem place --image bar.img --json --size 8K \(Self.shell)2")
    #expect(placed.status == 0, "\(placed.errors)")
    #expect(try await Schema.complaint(about: placed.output, verb: "place") == nil)
    let mapped = try await bash("iopmem fiemap --image bar.img --json \(Self.shell)2")
    for tool in [placed, mapped] { #expect(tool.text.contains(#""path_hex":"\#(Self.hex)32""#)) }
  }

  @Test func imagesLoseNoBytes() async throws {
    let tool = try await bash(
      "cp bar.img .\(Self.shell); iopmem fiemap --json --image .\(Self.shell) \(Self.shell)")
    #expect(tool.status == 0, "\(tool.errors)")
    #expect(tool.text.contains(#""device_hex":"2e\#(Self.hex)""#))
  }
}

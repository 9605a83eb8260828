internal import FoundationEssentials
internal import TestSupport
internal import Testing

/// The forms of maps, as programs read them.
@Suite struct FormatTests {
  private let examples: VerbExamples

  init() async throws { examples = try await VerbExamples() }

  private func fiemap(_ arguments: String...) async throws -> Tool {
    try await Tool.iopmem(
      ["fiemap", "--image", examples.image, "--base", "0xc0000000"] + arguments)
  }

  /// The segments of the example, as JSON tells them.
  private func segments(_ limits: [String]) async throws -> [MapDocument.Segment] {
    let tool = try await Tool.iopmem(
      ["fiemap", "--image", examples.image, "--base", "0xc0000000", "--json", "/file"] + limits)
    return try #require(MapDocument(tool.output).files.first).segments
  }

  @Test func aLineASegmentHoldsAllOfIt() async throws {
    let tool = try await fiemap("--format", "ndjson", "--max-segment", "1K", "/file")
    #expect(try await Schema.complaint(about: tool.output, verb: "fiemap") == nil)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let lines = try tool.text.split(separator: "\n").map {
      try decoder.decode(SegmentLine.self, from: Data($0.utf8))
    }
    let expected = try await segments(["--max-segment", "1K"])
    #expect(lines.map(\.segment) == expected && lines.count == 5)
    #expect(lines.allSatisfy { $0.path == "/file" && $0.size == 5000 && $0.segmentCount == 5 })
  }

  private struct SegmentLine: Decodable {
    let path: String
    let size: UInt64
    let segmentCount: Int
    let segment: MapDocument.Segment
  }

  @Test func theSchemaOfALineComplainsOfWhatItDoesNotKnow() async throws {
    let tool = try await fiemap("--format", "ndjson", "/file")
    for (word, other) in [
      ("\"dax\":null", "\"dax\":null,\"more\":1"), ("\"dax\":null,", ""),
      ("\"flags\":[]", "\"flags\":[],\"more\":1"), ("segment/1", "segment/2"),
    ] {
      let line = tool.text.replacing(word, with: other)
      #expect(line != tool.text)
      let complaint = try await Schema.complaint(about: Array(line.utf8), verb: "fiemap")
      #expect(complaint != nil, "\(other)")
    }
  }

  /// The example in the page is a program that works, by the header that is installed.
  @Test func thePagesProgramReadsSegments() async throws {
    let page = try ManualPage("man/iopmem-sg.5").text
    let program = try #require(
      page.split(separator: ".Bd -literal").map { $0.split(separator: ".Ed")[0] }
        .first { $0.contains("#include <iopmem-sg.h>") })
    let source = program.drop { $0 != "\n" }.replacing("\\e", with: "\\")
    try examples.folder.write(Array(source.utf8), to: "reader.c")
    try await Tool.require(
      "cc",
      [
        "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
        "-I\(Project.folder)/Sources/CIopmem/include", "-o", examples.folder("reader"),
        examples.folder("reader.c"),
      ])
    let limits = ["--max-segment", "2000", "--boundary", "4K"]
    let line = #"set -e; "$0" "$@" >"$folder/stream"; "$folder/reader" <"$folder/stream""#
    let tool = try await Tool.run(
      "sh",
      [
        "-c", line, Project.binary, "fiemap", "--image", examples.image, "--base", "0xc0000000",
        "--format", "sg", "/file", "/file",
      ] + limits, environment: ["folder": examples.folder.path])
    #expect(tool.status == 0, "\(tool.errors)")
    let rows = try await segments(limits).map {
      "\($0.fileOffset) \($0.busAddress ?? "") \($0.length)\n"
    }
    #expect(tool.text == String(repeating: "5000 bytes\n" + rows.joined(), count: 2))
    #expect(rows.count == 4)
  }

  @Test func noFormIsLostOnAFullDisk() async throws {
    for form in ["ndjson", "csv", "sg", "nvme-prp", "nvme-sgl", "xdma", "qdma"] {
      let tool = try await Tool.run(
        "sh",
        [
          "-c", #"exec "$0" "$@" >/dev/full"#, Project.binary, "fiemap", "--image",
          examples.image, "--base", "0xc0000000", "--format", form, "/file",
        ] + Self.needs(form))
      #expect(tool.status == 1 && tool.errors.contains("standard output"), "\(form)")
    }
  }

  /// What a form cannot do without.
  private static func needs(_ form: String) -> [String] {
    let card = ["--direction", "c2h", "--card-base", "0x40000000"]
    return form == "xdma" ? card + ["--list-base", "0x1000"] : form == "qdma" ? card : []
  }

  @Test func bytesAreNotForATerminal() async throws {
    let script = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
    for (form, status) in [
      ("sg", 64), ("nvme-prp", 64), ("nvme-sgl", 64), ("xdma", 64), ("qdma", 64), ("ndjson", 0),
    ] {
      let tool = try await Tool.run(
        "/usr/bin/python3",
        [
          "-c", script, Project.binary, "fiemap", "--image", examples.image, "--base",
          "0xc0000000", "--format", form, "/file",
        ] + Self.needs(form))
      #expect(tool.status == Int32(status), "\(form)")
      #expect(!tool.text.contains("IOPMEMSG"))
    }
  }

  /// Of each limit: what it takes, and what it refuses, in all forms alike.
  /// A file that is refused has a line of its own.
  @Test func linesTellOfRefusals() async throws {
    let tool = try await fiemap("--format", "ndjson", "/missing", "/file")
    tool.expect(status: 1)
    let lines = try await tool.filtered("[.schema, .code, .subject, .path]")
    #expect(
      lines.hasPrefix(#"["iopmem.fiemap.error/1","not-found","/missing",null]"# + "\n"), "\(lines)")
    #expect(lines.contains(#"["iopmem.fiemap.segment/1",null,null,"/file"]"#), "\(lines)")
    #expect(try await Schema.complaint(about: tool.output, verb: "fiemap") == nil)
    let none = try await Tool.iopmem(["fiemap", "--format", "ndjson", "--image", "/missing", "/a"])
    none.expect(status: 1)
    #expect(try await Schema.complaint(about: none.output, verb: "fiemap") == nil)
  }

  @Test(arguments: ["table", "json", "ndjson", "csv", "sg", "nvme-prp", "nvme-sgl", "xdma", "qdma"])
  func whatLimitsRefuseIsNotWritten(_ form: String) async throws {
    let cases: [(limits: [String], words: String?)] = [
      (["--align", "4K"], "no multiple of 4096"), (["--align", "8"], nil),
      (
        ["--align", "64M", "--block-granular"],
        form == "qdma" ? "multiple of the alignment" : "which is no multiple of 67108864"
      ),
      (["--align", "4K", "--block-granular"], nil), (["--address-bits", "31"], "31 address bits"),
      (["--address-bits", "32"], nil),
      (["--max-segment", "4K", "--max-segments", "1"], "at 0x1000"),
      (["--max-segment", "4K", "--max-segments", "2", "--list-base", "0x1000"], nil),
    ]
    for (limits, words) in cases {
      let needsMemory = form.hasPrefix("nvme-")
      let options = limits.filter { needsMemory || !($0 == "--list-base" || $0 == "0x1000") }
      let tool = try await Tool.iopmem(
        ["fiemap", "--image", examples.image, "--base", "0xc0000000", "--format", form, "/file"]
          + options + Self.needs(form))
      #expect(tool.status == (words == nil ? 0 : 2), "\(limits): \(tool.errors)")
      #expect(words.map { tool.errors.contains($0) } ?? true, "\(limits): \(tool.errors)")
      guard words != nil else { continue }
      // In JSON the refusal is told, and may name the address that it is about.
      let isEmpty =
        switch form {
        case "json": try await tool.filtered(".files") == "[]"
        case "ndjson": try await tool.filtered(".segment") == "null"
        default: !tool.text.contains("0xc0")
        }
      #expect(isEmpty, "\(limits)")
    }
  }

  @Test func limitsNeedAnAddress() async throws {
    for options in [["--max-segment", "4K"], ["--format", "sg"], ["--format", "nvme-prp"]] {
      let tool = try await Tool.iopmem(["fiemap", "--image", examples.image, "/file"] + options)
      #expect(tool.status == 2 && tool.output.isEmpty, "\(options)")
    }
  }
}

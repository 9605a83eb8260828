import FoundationEssentials
import Iopmem
import TestSupport
import Testing

/// The C library as it is shipped.
@Suite struct LibraryTests {
  private let installed: Installation

  init() async throws { installed = try await Installation("install-library") }

  @Test func itShowsItsFunctionsAndNothingElse() async throws {
    let symbols = try await Tool.require(
      "nm", ["-D", "--defined-only", installed("lib/libiopmem.so")])
    let shown = symbols.text.split(separator: "\n").compactMap { $0.split(separator: " ").last }
    let declared = try Self.declaredFunctions().map {
      Self.added.contains($0) ? "\($0)@@IOPMEM_1.1" : "\($0)@@IOPMEM_1.0"
    }
    #expect(declared.count > 5)
    // Some linkers show the versions' own names too.
    #expect(shown.filter { !$0.hasPrefix("IOPMEM_") }.map(String.init).sorted() == declared)
  }

  /// Those that the first version had not.
  private static let added: Set = [
    "iopmem_file_dmabuf", "iopmem_file_nvme_prp", "iopmem_file_nvme_sgl",
  ]

  @Test func itsPageTellsOfEveryFunction() throws {
    let page = try ManualPage("man/iopmem.3").text
    for function in try Self.declaredFunctions() {
      #expect(page.contains(".Nm \(function)"), "\(function)")
      #expect(page.contains(".Fn \(function) "), "\(function)")
    }
  }

  /// The functions that the header declares, in the order of their names.
  private static func declaredFunctions() throws -> [String] {
    let header = try ManualPage("Sources/CIopmem/include/iopmem.h").text
    let declaration = /^(?:IOPMEM_CHECKED )?(?:int|const char \*) ?\*?(iopmem_\w+)\(/
    return header.split(separator: "\n")
      .compactMap { try? declaration.firstMatch(in: $0).map { String($0.output.1) } }.sorted()
  }

  @Test func itNeedsNothingOfSwift() async throws {
    let dynamic = try await Tool.require("readelf", ["-d", installed("lib/libiopmem.so")]).text
    let needed = dynamic.split(separator: "\n").filter { $0.contains("(NEEDED)") }
      .compactMap { $0.split { "[]".contains($0) }.last.map(String.init) }
    let expected: Set = [
      "libc.so.6", "libm.so.6", "libext2fs.so.2", "libcom_err.so.2", "libblkid.so.1",
    ]
    #expect(Set(needed).filter { !$0.hasPrefix("ld-linux") } == expected)
    #expect(dynamic.contains("soname: [libiopmem.so.1]"))
    #expect(!dynamic.contains("RUNPATH") && !dynamic.contains("RPATH"))
  }

  @Test func pkgConfigTellsTheVersion() async throws {
    let version = try await Tool.require(
      "pkg-config", ["--modversion", "iopmem"], environment: installed.pkgConfig)
    #expect(version.text == "\(Version.current)\n")
  }

  @Test(arguments: ["cc -std=c99", "c++ -x c++ -std=c++11", "c++ -x c++ -std=c++20"])
  func itsHeaderStandsAlone(compiler: String) async throws {
    let header = installed("include/iopmem.h")
    let flags = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", header]
    try await Tool.require("sh", ["-c", "\(compiler) \"$@\"", "sh"] + flags)
  }

  /// The examples for drivers that take dma-bufs, where the headers that they need are.
  @Test(
    .enabled(if: Self.hasHeaders, "needs the headers of libibverbs and libdrm"),
    arguments: [
      (name: "rdma", library: "libibverbs", absent: "nosuchcard", words: "no such card"),
      (name: "gpu", library: "libdrm_amdgpu", absent: "/no/such", words: "No such file"),
    ])
  func itsExamplesOfBuffersCompileAndRun(
    _ name: String, _ library: String, _ absent: String, _ words: String
  ) async throws {
    let program = try await installed.compile("share/examples/\(name).c", with: library)
    let misused = try await Tool.run(program, [], environment: installed.environment)
    #expect(misused.status == 64 && misused.errors.contains("usage"))
    let tool = try await Tool.run(program, [absent, "/file"], environment: installed.environment)
    #expect(tool.status == 1 && tool.errors.contains(words), "\(tool.errors)")
  }

  private static let hasHeaders = ["infiniband/verbs.h", "libdrm/amdgpu.h"].allSatisfy {
    FileManager.default.fileExists(atPath: "/usr/include/" + $0)
  }

  @Test func itsPageIsFoundByEveryFunction() async throws {
    for function in try Self.declaredFunctions() {
      let page = try await Tool.require(
        "mandoc", ["-T", "ascii", installed("share/man/man3/\(function).3")])
      #expect(page.text.contains("IOPMEM(3)"))
    }
  }
}

internal import FoundationEssentials

/// This build of the toolkit, installed in a folder of the test's own, as packages are made.
public struct Installation: Sendable {
  /// What stands for the root of the machine that it is installed on.
  public let folder: TemporaryFolder
  private let library: String

  /// Installs the program and the library, or one of them, wherever the makefile takes its own
  /// from.
  public init(_ goal: String = "install") async throws {
    folder = try TemporaryFolder()
    library = try await Self.library.value
    try await make(goal)
  }

  /// The library under test: `IOPMEM_LIBRARY`, else what is made of the objects of `swift build`,
  /// once for all tests.
  private static let library = Task {
    if let library = Project.environment("IOPMEM_LIBRARY") { return library }
    let build = Project.folder + "/.build/debug"
    let library = build + "/libiopmem.so.1.0"
    try await Tool.require(
      Project.folder + "/scripts/link-library", [build + "/libiopmem-library.a", library],
      // Where Swift's own tools are.
      environment: ["PATH": Project.environment("PATH") ?? ""])
    return library
  }

  /// Has the makefile install it, or remove it.
  public func make(_ target: String) async throws {
    try await Tool.require(
      "make",
      [
        "-s", "-C", Project.folder, target, "static=\(Project.binary)", "library=\(library)",
        "DESTDIR=\(folder.path)", "PREFIX=/opt/iopmem",
      ])
  }

  /// Where something installed is.
  public func callAsFunction(_ path: String) -> String { folder("opt/iopmem/" + path) }

  /// Compiles a program against the library, as its manual says.
  /// - Parameters:
  ///   - source: its path from the project's folder.
  ///   - compiler: with options.
  ///   - other: a library of the system's that it needs too, as pkg-config(1) knows it.
  /// - Returns: where the program is; it needs `environment` to run.
  public func compile(
    _ source: String, _ compiler: String = "cc -std=c11 -D_DEFAULT_SOURCE", with other: String = ""
  ) async throws -> String {
    let name = source.split(separator: "/").last.map { $0.prefix { $0 != "." } } ?? "program"
    let program = folder(String(name))
    try await Tool.require(
      "sh",
      [
        "-euc",
        """
        \(compiler) -O1 -pthread -Wall -Wextra -Wpedantic -Werror -o "$0" "$1" \
        $(pkg-config --cflags --libs iopmem) \
        ${2:+$(PKG_CONFIG_SYSROOT_DIR= pkg-config --cflags --libs "$2")}
        """, program, "\(Project.folder)/\(source)", other,
      ], environment: pkgConfig)
    return program
  }

  /// What makes pkg-config(1) find it.
  public var pkgConfig: [String: String] {
    ["PKG_CONFIG_PATH": self("lib/pkgconfig"), "PKG_CONFIG_SYSROOT_DIR": folder.path]
  }

  /// What makes programs find it.
  public var environment: [String: String] { ["LD_LIBRARY_PATH": self("lib")] }
}

internal import Glibc

/// Where things are.
public enum Project {
  /// The package's folder.
  public static let folder: String = {
    // Tests/TestSupport/Project.swift, three steps up.
    let parts = #filePath.split(separator: "/").dropLast(3)
    return "/" + parts.joined(separator: "/")
  }()

  /// The toolkit under test: `IOPMEM_BINARY`, else what `swift build` made.
  public static let binary: String = environment("IOPMEM_BINARY") ?? folder + "/.build/debug/iopmem"

  /// A variable of the environment.
  public static func environment(_ name: String) -> String? {
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }

  /// Whether the tests may take their time: `IOPMEM_LONG=1`.
  public static let isLong = environment("IOPMEM_LONG") == "1"

  /// Whether the tests may mount and make loop devices.
  public static let isRoot = geteuid() == 0
}

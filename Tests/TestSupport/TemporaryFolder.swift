internal import FoundationEssentials
internal import Glibc
internal import Linux
internal import SystemPackage

/// A folder of a test's own, removed with all in it when the test lets go of it.
public final class TemporaryFolder: Sendable {
  /// Where it is.
  public let path: String

  /// Makes the folder, in `TMPDIR` or `/tmp`.
  public init() throws {
    let base = Project.environment("TMPDIR") ?? "/tmp"
    var template = Array((base + "/iopmem-test.XXXXXX").utf8CString)
    let made = unsafe template.withUnsafeMutableBufferPointer { buffer in
      unsafe buffer.baseAddress.flatMap { unsafe mkdtemp($0) }.map { unsafe String(cString: $0) }
    }
    guard let made else { throw Errno(rawValue: errno) }
    path = made
  }

  /// A path in the folder.
  public func callAsFunction(_ name: String) -> String { path + "/" + name }

  /// Writes a file in the folder, and answers its path.
  @discardableResult
  public func write(_ bytes: some Collection<UInt8>, to name: String) throws -> String {
    let file = try Descriptor(
      FilePath(self(name)), .writeOnly, options: [.create, .truncate],
      permissions: FilePermissions(rawValue: 0o644))
    try file.write(bytes, at: 0)
    return self(name)
  }

  /// The bytes of a file in the folder.
  public func read(_ name: String) throws -> [UInt8] {
    try Descriptor(FilePath(self(name)), .readOnly).readToEnd(limit: 1 << 30)
  }

  deinit {
    // A folder left behind harms nobody, and a deinit has nobody to tell.
    try? FileManager.default.removeItem(atPath: path)
  }
}

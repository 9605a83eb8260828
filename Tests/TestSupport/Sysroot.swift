internal import FoundationEssentials

/// A machine made of files, for tests that need one that no capture shows.
public final class Sysroot: Sendable {
  private let folder: TemporaryFolder

  /// A machine with nothing.
  public init() throws { folder = try TemporaryFolder() }

  /// A machine that begins as a copy of another's folder.
  public init(copyOf original: String) throws {
    folder = try TemporaryFolder()
    for name in try FileManager.default.contentsOfDirectory(atPath: original) {
      try FileManager.default.copyItem(atPath: "\(original)/\(name)", toPath: folder(name))
    }
  }

  /// Where it is.
  public var path: String { folder.path }

  /// Puts a file in its place, over what was there.
  public func put(_ text: String, at path: String) throws { try put(Array(text.utf8), at: path) }

  /// Puts a file in its place, over what was there.
  public func put(_ bytes: [UInt8], at path: String) throws {
    try makeParent(of: path)
    try folder.write(bytes, to: path)
  }

  /// Puts a symbolic link in its place, over what was there.
  public func link(_ path: String, to target: String) throws {
    try makeParent(of: path)
    try remove(path)
    try FileManager.default.createSymbolicLink(
      atPath: folder(path), withDestinationPath: target)
  }

  /// Makes a folder, if it is not there.
  public func makeFolder(_ path: String) throws {
    try FileManager.default.createDirectory(
      atPath: folder(path), withIntermediateDirectories: true)
  }

  /// Takes a file or a folder away, if it is there.
  public func remove(_ path: String) throws {
    if (try? FileManager.default.attributesOfItem(atPath: folder(path))) != nil {
      try FileManager.default.removeItem(atPath: folder(path))
    }
  }

  private func makeParent(of path: String) throws {
    try makeFolder(path.split(separator: "/").dropLast().joined(separator: "/"))
  }
}

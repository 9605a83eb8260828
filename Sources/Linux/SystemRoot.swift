internal import CLinux
public import SystemPackage

/// Where a machine's `/sys` and `/proc` are: `/`, or the folder of a captured machine.
///
/// The paths it takes are relative to it, as in `sys/dev/block`.
public struct SystemRoot: Sendable, Hashable {
  /// The folder that stands for `/`.
  public let path: FilePath

  /// The machine under a folder; the running one by default.
  public init(_ path: FilePath = "/") { self.path = path }

  /// Whether this is the machine that runs the program, whose devices can be opened.
  public var isRunningMachine: Bool { path == "/" }

  /// A file's bytes.
  /// - Parameter limit: the most bytes that a sane file of this kind has.
  /// - Throws: `fileTooLarge` when there are more.
  public func bytes(_ file: FilePath, limit: Int = 1 << 20) throws(Errno) -> [UInt8] {
    let descriptor = try Descriptor(absolute(file), .readOnly, options: .nonBlocking)
    return try descriptor.readToEnd(limit: limit)
  }

  /// A small text file's content without the white space at its ends.
  /// - Throws: `illegalByteSequence` when it is not UTF-8, `fileTooLarge` past 64 KiB.
  public func text(_ file: FilePath) throws(Errno) -> String {
    let bytes = try bytes(file, limit: 65_536)
    if let text = bytes.trimmedASCII { return text }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .illegalByteSequence
    }
    let body = text.drop(while: \.isWhitespace)
    return String(
      body[..<(body.lastIndex { !$0.isWhitespace }.map(body.index(after:)) ?? body.startIndex)])
  }

  /// The names in a folder, in the order of their bytes.
  public func names(in folder: FilePath) throws(Errno) -> [String] {
    let descriptor = try Descriptor(absolute(folder), .readOnly, options: .directory)
    var directory = try Directory(taking: descriptor)
    var names: [FilePath] = []
    while let entry = try directory.next() { names.append(entry.name) }
    return names.sorted(byName: \.self).map(\.string)
  }

  /// Whether the path leads to something.
  ///
  /// The corresponding C function is `access`.
  /// - Throws: `Errno` where that cannot be seen: what is unseen is not absent.
  public func exists(_ file: FilePath) throws(Errno) -> Bool {
    do {
      _ = try call {
        unsafe absolute(file).withPlatformString { unsafe access($0, F_OK) }
      }
      return true
    } catch {
      guard error == .noSuchFileOrDirectory || error == .notDirectory else { throw error }
      return false
    }
  }

  /// Where a path leads with every symbolic link followed, relative to the root.
  ///
  /// The corresponding C function is `realpath`.
  /// - Throws: `noSuchFileOrDirectory` too when a link leads out of the root.
  public func resolved(_ file: FilePath) throws(Errno) -> FilePath {
    var real = try realPath(absolute(file))
    guard real.removePrefix(try realPath(path)) else { throw .noSuchFileOrDirectory }
    real.root = nil
    return real
  }

  /// Where this process finds a file of the machine.
  public func absolute(_ file: FilePath) -> FilePath {
    var relative = file
    if relative.isAbsolute { relative.root = nil }
    return path.entry(relative)
  }
}

extension [UInt8] {
  /// The text without the white space at its ends, where all of it is ASCII, as nearly all files of sysfs
  /// are: characters are looked up in tables.
  fileprivate var trimmedASCII: String? {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    guard allSatisfy({ $0 < 0x80 }) else { return nil }
    guard let first = firstIndex(where: { !isSpace($0) }),
      let last = lastIndex(where: { !isSpace($0) })
    else { return "" }
    return String(decoding: self[first...last], as: UTF8.self)
  }
}

/// The corresponding C function is `realpath`.
private func realPath(_ path: FilePath) throws(Errno) -> FilePath {
  let resolved = unsafe path.withPlatformString { unsafe realpath($0, nil) }
  guard let resolved = unsafe resolved else { throw Errno.current }
  defer { unsafe free(resolved) }
  return unsafe FilePath(platformString: resolved)
}

extension SystemRoot {
  /// Writes a value to a file that is there, as `echo VALUE > FILE` does to an attribute.
  public func write(_ value: String, to file: FilePath) throws(Errno) {
    let descriptor = try Descriptor(absolute(file), .writeOnly)
    try descriptor.write((value + "\n").utf8, at: 0)
    try descriptor.close()
  }
}

internal import Linux
public import SystemPackage

/// Holds the layout of files by the immutable attribute, for as long as that is set.
public struct Pinner: ~Copyable {
  private var mapper: MountedFileMapper
  /// Those of the file that was pinned last.
  private(set) var segments = SegmentList()
  /// Whether that file was not pinned before.
  public private(set) var isNewlyPinned = false

  /// A pinner for files of the running machine.
  /// - Parameter requiresDAX: whether files that are not DAX are refused.
  public init(windows: WindowSource, requiresDAX: Bool = true) {
    mapper = MountedFileMapper(windows: windows, request: MapRequest(requiresDAX: requiresDAX))
  }

  /// Pins a file whose whole map is safe, and that nobody can write; one that is pinned stays so.
  ///
  /// In this order, so that nothing can come between: once the file is immutable nobody can open
  /// it for writing, so whoever could write it is found; and once nobody can, the map that is read
  /// is the one that stays. The file is locked meanwhile, since of two at once the one that fails
  /// would take away the pin that the other reports.
  /// - Returns: the map that is held.
  /// - Throws: `Failure`; the file is then as immutable as it was before.
  public mutating func pin(_ path: FilePath) throws(Failure) -> FileMap {
    let file = try Self.open(path)
    return try pin(file, named: path)
  }

  /// Pins a file that is open for reading, in the same way.
  mutating func pin(
    _ file: borrowing Descriptor, named path: FilePath
  ) throws(Failure) -> FileMap {
    do { try file.lock(waiting: .atMost(.seconds(1))) } catch .wouldBlock {
      throw Failure(.failed, path, "is locked: it may be being pinned", remedy: "try again")
        .named(.locked)
    } catch { throw Failure(error, path, "cannot be locked") }
    let kind = try explain(path, "cannot stat") { () throws(Errno) in try file.status().kind }
    guard kind == .regular else { throw .notRegular(path, kind) }
    let before = try mapper.map(file, named: path, into: &segments)
    if !before.pinned { try file.makeImmutable(path) }
    do throws(Failure) {
      try file.expectNoWriters(path)
      let after = try mapper.map(file, named: path, into: &segments)
      guard after.fingerprint == before.fingerprint, after.pinned else {
        throw Failure(.failed, path, "changed while it was pinned", remedy: "try again")
          .named(.changing)
      }
      try explain(path, "cannot make its pin last") { () throws(Errno) in try file.synchronize() }
      isNewlyPinned = !before.pinned
      return after
    } catch {
      guard !before.pinned else { throw error }
      do { try file.setImmutable(false) } catch let second {
        var failure = error
        failure.reason += "; and it stays immutable: \(second)"
        throw failure
      }
      throw error
    }
  }

  /// Lets a file move again. One that is not immutable stays as it is.
  /// - Returns: whether it was immutable.
  /// - Throws: `Failure`, refused, for what is no regular file.
  @discardableResult
  public static func unpin(_ path: FilePath) throws(Failure) -> Bool {
    let file = try open(path)
    let status = try explain(path, "cannot stat") { () throws(Errno) in try file.status() }
    guard status.kind == .regular else {
      throw .notRegular(path, status.kind)
    }
    guard status.attributes.contains(.immutable) else { return false }
    do {
      try file.setImmutable(false)
      try file.synchronize()
      return true
    } catch { throw Failure(error, path, "cannot be unpinned", remedy: error.remedyOfImmutable) }
  }

  private static func open(_ path: FilePath) throws(Failure) -> Descriptor {
    // For reading: a descriptor for writing would be one of those that are looked for.
    do { return try Descriptor(path, .readOnly, options: .nonBlocking) } catch {
      throw .opening(path, error)
    }
  }
}

extension Descriptor {
  /// Sets the immutable attribute.
  func makeImmutable(_ path: FilePath) throws(Failure) {
    do { try setImmutable(true) } catch {
      throw Failure(error, path, "cannot be pinned", remedy: error.remedyOfImmutable)
    }
  }
}

extension Errno {
  fileprivate var remedyOfImmutable: String? {
    self == .notPermitted ? "CAP_LINUX_IMMUTABLE is needed, and the file's owner" : nil
  }
}

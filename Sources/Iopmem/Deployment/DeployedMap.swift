public import Linux
public import SystemPackage

/// A file of addresses, which is written anew when they change.
public struct DeployedMap {
  /// The files, by their paths from the file system's root.
  public var files: [FilePath]
  /// Where the map is written: an absolute path.
  public var destination: FilePath
  /// Writes the map to a descriptor, which stays open.
  public var write: Writing

  /// Maps one file after the other, and hands each on.
  public typealias Mapping = (
    _ body: (inout FileMap, borrowing SegmentList) throws(Failure) -> Void
  ) throws(Failure) -> Void
  /// Writes the maps of files of a machine to a descriptor.
  public typealias Writing = (Mapping, SystemRoot, Int32) throws(Failure) -> Void

  /// A map of these parts.
  public init(
    files: [FilePath], destination: FilePath,
    write: @escaping Writing
  ) {
    self.files = files
    self.destination = destination
    self.write = write
  }
}

extension DeployedMap {
  /// Writes the map, if what is there has other bytes; it is there whole, or as it was.
  /// - Parameter destinations: what is declared, none of which it may replace.
  func deploy(
    plans: Bool, in machine: SystemRoot, beside destinations: MapDestinations, _ mapping: Mapping
  ) throws(Failure) -> DeployedItem {
    let new = try explain(destination, "cannot make a temporary file") { () throws(Errno) in
      try Descriptor(temporaryIn: TemporaryFolder.path)
    }
    try write(mapping, machine, new.rawValue)
    let state = try state(holding: new)
    if state != .ok, !plans { try publish(new, beside: destinations) }
    return DeployedItem(
      .map, destination, state, reason: state == .replaced ? "it holds other bytes" : nil)
  }

  /// The map as it will be when its files are.
  var planned: DeployedItem {
    let isThere = (try? Status(of: destination)) != nil
    return DeployedItem(
      .map, destination, isThere ? .replaced : .created, reason: "its files would change")
  }

  /// What the map is to be, by what is there.
  func state(holding new: borrowing Descriptor) throws(Failure) -> DeployedItem.State {
    do throws(Errno) {
      let status = try Status(of: destination)
      guard status.kind == .regular else {
        throw .fileExists
      }
      let old = try Descriptor(destination, .readOnly, options: [.noFollow, .nonBlocking])
      return try new.hasBytes(of: old) ? .ok : .replaced
    } catch {
      if error == .noSuchFileOrDirectory { return .created }
      if error == .fileExists {
        throw Failure(.refused, destination, "is no regular file", remedy: "move it away first")
      }
      throw Failure(error, destination, "cannot be read")
    }
  }
}

extension Descriptor {
  /// Whether another file has the same bytes from its first to its last.
  fileprivate func hasBytes(of other: borrowing Descriptor) throws(Errno) -> Bool {
    var ours = [UInt8](repeating: 0, count: 1 << 16)
    var theirs = ours
    var offset: UInt64 = 0
    while true {
      let count = try read(at: offset, into: &ours)
      let otherCount = try other.read(at: offset, into: &theirs)
      guard count == otherCount, ours.prefix(count) == theirs.prefix(count) else { return false }
      if count < ours.count { return true }
      offset += UInt64(count)
    }
  }
}

internal import Linux
internal import SystemPackage

/// Holds a file open with what its map rests on, to detect changes in microseconds.
final class FileWatch: Sendable {
  private let file: Descriptor
  private let map: FileMap
  private let allowed: Set<Hazard>
  /// The inode's attributes that decided whether a map may be given out, and their values.
  private let watched: Status.Attributes
  private let attributes: Status.Attributes
  private let window: WindowWatch

  /// Watches a file that was just mapped.
  /// - Parameter map: as the mapper made it.
  /// - Throws: `unknown` when the file or its window changed since.
  init(
    _ file: consuming Descriptor, _ map: FileMap, _ request: MapHandleRequest
  ) throws(Failure) {
    let status: Status
    do { status = try file.status() } catch { throw Failure(error, map.path, "cannot stat") }
    self.map = map
    allowed = request.map.allowed
    var watched: Status.Attributes = [.compressed, .encrypted, .dax]
    if request.map.requiresPin { watched.insert(.immutable) }
    self.watched = watched
    attributes = status.attributes.intersection(watched)
    guard status.attributes.contains(.dax) == (map.dax == true),
      status.attributes.contains(.immutable) == map.pinned
    else {
      throw Failure(.unknown, map.path, "was given other attributes while its map was read")
    }
    window = try WindowWatch(map.window, of: status.device, request.windows)
    self.file = file
  }

  /// The first change found; nil if nothing changed.
  /// - Parameter segments: the file's, as they were.
  /// - Throws: `unknown` when it cannot be told.
  func change(of segments: [Segment]) throws(Failure) -> Change? {
    if let change = try window.change() { return Change(.safety, after: change) }
    let status: Status
    do { status = try file.status() } catch { throw unknown("cannot stat", error) }
    if let change = Change(.size, map.size, ByteCount(status.size), { "\($0.rawValue)" }) {
      return change
    }
    guard status.attributes.intersection(watched) == attributes else {
      return Change(
        .safety, after: "was given other attributes: DAX, compression, encryption or the pin")
    }
    return try layoutChange(of: segments)
  }

  /// The first bytes that moved; nil if none did.
  private func layoutChange(of segments: [Segment]) throws(Failure) -> Change? {
    var builder = SegmentBuilder(window: map.window, range: map.range, allowed: allowed)
    var diff = SegmentDiff(from: segments)
    var reader = ExtentReader(capacity: min(512, segments.count + 1))
    reader.begin(map.range)
    while true {
      let extent: Extent?
      do { extent = try reader.next(of: file) } catch {
        throw unknown("cannot read its extents", error)
      }
      guard let extent else { break }
      let complete: Segment?
      do { complete = try builder.add(extent) } catch {
        return Change(.safety, after: error.failure(map.path).reason)
      }
      if let complete { diff.take(complete) }
    }
    if let last = builder.finish() { diff.take(last) }
    diff.finish()
    return diff.changes.first
  }

  private func unknown(_ operation: String, _ cause: Errno) -> Failure {
    Failure(.unknown, map.path, operation, cause: cause)
  }
}

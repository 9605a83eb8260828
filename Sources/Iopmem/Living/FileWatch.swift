internal import Linux
internal import SystemPackage

/// A file held open with what its map rests on, so that to look whether it changed takes
/// microseconds.
final class FileWatch: Sendable {
  private let file: Descriptor
  private let map: FileMap
  private let allowed: Set<Hazard>
  private let attributes: Status.Attributes
  private let window: WindowWatch

  /// Attributes of the inode that decide whether a map may be given out.
  private static let judged: Status.Attributes = [.compressed, .encrypted, .dax]

  /// Watches a file that was just mapped.
  /// - Parameter map: as the mapper made it.
  /// - Throws: `unknown` when the file or its window changed since.
  init(
    _ file: consuming Descriptor, _ map: FileMap, _ request: LiveMapRequest
  ) throws(Failure) {
    let status: Status
    do { status = try file.status() } catch { throw Failure(error, map.path, "cannot stat") }
    self.map = map
    allowed = request.map.allowed
    attributes = status.attributes.intersection(Self.judged)
    window = try WindowWatch(map.window, of: status.device, request.windows)
    self.file = file
  }

  /// What is not as it was; nil when all is.
  /// - Parameter segments: the file's, as they were.
  /// - Throws: `unknown` when it cannot be told.
  func change(of segments: [Segment]) throws(Failure) -> String? {
    if let change = try window.change() { return change }
    let status: Status
    do { status = try file.status() } catch { throw unknown("cannot stat", error) }
    guard status.size == map.size.rawValue else {
      return "is \(status.size) bytes long, and was \(map.size.rawValue)"
    }
    guard status.attributes.intersection(Self.judged) == attributes else {
      return "was given other attributes: DAX, compression or encryption"
    }
    return try layoutChange(of: segments)
  }

  /// Where the file lies otherwise than it did.
  private func layoutChange(of segments: [Segment]) throws(Failure) -> String? {
    var builder = SegmentBuilder(window: map.window, range: map.range, allowed: allowed)
    var expected = segments.makeIterator()
    var reader = ExtentReader(capacity: min(512, segments.count + 1))
    reader.begin(map.range)
    while true {
      let extent: Extent?
      do { extent = try reader.next(of: file) } catch {
        throw unknown("cannot read its extents", error)
      }
      guard let extent else { break }
      let complete: Segment?
      do { complete = try builder.add(extent) } catch { return error.failure(map.path).reason }
      if let complete, complete != expected.next() { return moved(complete) }
    }
    if let last = builder.finish(), last != expected.next() { return moved(last) }
    return expected.next().map(moved)
  }

  private func moved(_ segment: Segment) -> String {
    "lies otherwise than it did, from \(segment.fileOffset.hex) on"
  }

  private func unknown(_ operation: String, _ cause: Errno) -> Failure {
    Failure(.unknown, map.path, operation, cause: cause)
  }
}

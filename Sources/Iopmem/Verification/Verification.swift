public import SystemPackage

/// The outcome of checking whether a map of a file still holds.
public struct Verification: Sendable {
  /// Whether a map still holds.
  public enum Standing: Sendable {
    /// Every address is what it was.
    case holds
    /// Something changed, if only that the map may not be made any more.
    case changed([Change], leftOut: Int)
    /// There is no way to know here.
    case unknown(Failure)

    /// The failure code to exit with; nil for a map that holds.
    public var code: Failure.Code? {
      switch self {
      case .holds: nil
      case .changed: .failed
      case .unknown: .unknown
      }
    }
  }

  /// The file.
  public let path: FilePath
  /// The fingerprint that the map has.
  public let expected: Fingerprint
  /// The one that a map has now; nil where there is none.
  public let found: Fingerprint?
  /// Whether the map still holds.
  public let standing: Standing

  /// Checks a fingerprint against its file.
  /// - Parameter mapper: one with the request that the map was made by.
  public init(
    _ expected: Fingerprint, of path: FilePath, by mapper: inout some FileMapper & ~Copyable
  ) {
    var segments = SegmentList()
    switch mapper.outcome(of: path, into: &segments) {
    case .failure(let failure):
      self.init(expected, of: path, failing: failure, isGone: mapper.lacks(path))
    case .success(let map):
      let change = Change(.fingerprint, expected, map.fingerprint, \.description)
      self.init(
        path, expected, map.fingerprint, change.map { .changed([$0], leftOut: 0) } ?? .holds)
    }
  }

  /// Checks a saved map against its file.
  /// - Parameter mapper: is asked what the map was the answer to.
  public init(_ saved: SavedMap, by mapper: inout some FileMapper & ~Copyable) {
    var segments = SegmentList()
    mapper.request = saved.request
    switch mapper.outcome(of: saved.path, into: &segments) {
    case .failure(let failure):
      self.init(
        saved.fingerprint, of: saved.path, failing: failure, isGone: mapper.lacks(saved.path))
    case .success(let map):
      let standing: Standing
      do { standing = try saved.standing(against: map, segments) } catch {
        standing = .unknown(error)
      }
      self.init(saved.path, saved.fingerprint, map.fingerprint, standing)
    }
  }

  /// Interprets the failure to map a file. A file that was mapped, and may not be, has
  /// changed; so has one whose name leads nowhere. Everything else says nothing of the file.
  private init(
    _ expected: Fingerprint, of path: FilePath, failing failure: Failure, isGone: Bool
  ) {
    let standing: Standing =
      switch failure.code {
      case _ where isGone: .changed([Change(.name)], leftOut: 0)
      case .refused: .changed([Change(.safety, after: failure.sentence)], leftOut: 0)
      default: .unknown(failure)
      }
    self.init(path, expected, nil, standing)
  }

  private init(
    _ path: FilePath, _ expected: Fingerprint, _ found: Fingerprint?, _ standing: Standing
  ) {
    self.path = path
    self.expected = expected
    self.found = found
    self.standing = standing
  }
}

internal import SystemPackage

/// Makes segments of a file's extents: pure algebra, extents × window → segments.
///
/// Extents come in the order of the file. Each is held against the policy and the device, cut to
/// the range asked for, and joined to the one before where both file and BAR go on.
public struct SegmentBuilder: Sendable {
  /// Why an extent cannot become a segment.
  public enum Problem: Error, Hashable, Sendable {
    /// The extent at this place must not be given out.
    case hazard(Hazard, at: FileOffset)
    /// The extent begins before the end of the one before, or has no length.
    case disordered(at: FileOffset)
    /// The extent passes the end of the block device.
    case outside(at: FileOffset)
  }

  /// Which hazards the caller wants to pass.
  private let allowed: Set<Hazard>
  private let window: Window
  private let range: Range<FileOffset>
  /// The end of the last extent, in the file.
  private var end = FileOffset(0)
  private var pending: Segment?
  /// How many bytes of the range the segments cover.
  public private(set) var mappedBytes = ByteCount.zero

  /// A builder for one file.
  /// - Parameter range: which bytes of the file are wanted.
  public init(window: Window, range: Range<FileOffset>, allowed: Set<Hazard> = []) {
    self.window = window
    self.range = range
    self.allowed = allowed
  }

  /// Takes the next extent.
  /// - Returns: a segment that is complete, if this extent did not continue it.
  /// - Throws: `Problem`; after that the builder is of no more use.
  public mutating func add(_ extent: Extent) throws(Problem) -> Segment? {
    let at = extent.logical
    guard extent.length > .zero, at >= end, let after = try? at.advanced(by: extent.length) else {
      throw .disordered(at: at)
    }
    end = after
    let first = max(at, range.lowerBound)
    let last = min(after, range.upperBound)
    // Extents outside the range, or past the end of the file, are not what was asked about.
    guard first < last else { return nil }
    if !extent.flags.subtracting(.harmless).isEmpty {
      for hazard in extent.flags.hazards where !(hazard.canBeAllowed && allowed.contains(hazard)) {
        throw .hazard(hazard, at: at)
      }
    }
    do {
      let start = try window.barOffset(of: extent.physical, length: extent.length)
      let segment = Segment(
        fileOffset: first, barOffset: try start.advanced(by: first.distance(from: at)),
        length: try last.distance(from: first), flags: extent.flags.subtracting(.harmless))
      mappedBytes = try mappedBytes.adding(segment.length)
      return join(segment)
    } catch {
      throw .outside(at: at)
    }
  }

  /// The last segment, if there is one.
  public mutating func finish() -> Segment? {
    defer { pending = nil }
    return pending
  }

  /// Lengthens the pending segment by one that continues it, or answers it and begins anew.
  private mutating func join(_ next: Segment) -> Segment? {
    guard let last = pending, last.flags == next.flags,
      last.fileOffset.rawValue &+ last.length.rawValue == next.fileOffset.rawValue,
      last.barOffset.rawValue &+ last.length.rawValue == next.barOffset.rawValue
    else {
      defer { pending = next }
      return pending
    }
    pending?.length = ByteCount(last.length.rawValue &+ next.length.rawValue)
    return nil
  }
}

extension SegmentBuilder.Problem {
  /// The problem as a person reads it.
  func failure(_ path: FilePath) -> Failure {
    switch self {
    case .hazard(let hazard, let offset):
      Failure(
        .refused, path, "extent at \(offset.hex) \(hazard.sentence)", remedy: hazard.remedy
      ).named(as: hazard)
    case .disordered(let offset):
      Failure(
        .refused, path, "extent at \(offset.hex) begins before the end of the one before it",
        remedy: "the file system is damaged: unmount and check it")
    case .outside(let offset):
      Failure(
        .refused, path, "extent at \(offset.hex) passes the end of the block device",
        remedy: "the file system is damaged, or the device is not the one it was made on")
    }
  }
}

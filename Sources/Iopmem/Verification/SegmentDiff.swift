/// Compares two segment lists of a file and tells which bytes moved: pure algebra.
///
/// Each list is in the order of the file and without overlaps; where its segments are cut does not
/// matter.
struct SegmentDiff {
  /// Where a byte lies, and what the file system says of it.
  private struct Location: Equatable {
    var offset: BarOffset
    var flags: ExtentFlags
  }

  /// How many changes are listed.
  static let limit = 64

  /// The changes, in the order of the file; at most `limit`.
  private(set) var changes: [Change] = []
  /// How many more there are.
  private(set) var leftOut = 0

  private let old: [Segment]
  private var index = 0
  /// Up to where in the file both lists have been compared.
  private var position: UInt64 = 0
  /// A move that may go on.
  private var pending: (range: Range<UInt64>, before: Location?, after: Location?)?

  private let comparesFlags: Bool

  /// Begins with the segments as they were.
  /// - Parameter comparesFlags: whether bytes that stayed, and of which the file system says
  ///   something else, count as moved.
  init(from old: [Segment], comparesFlags: Bool = true) {
    self.old = old
    self.comparesFlags = comparesFlags
  }

  /// Takes the next of the new segments.
  mutating func take(_ new: Segment) {
    compare(upTo: new.fileOffset.rawValue, with: nil)
    compare(upTo: new.fileOffset.rawValue &+ new.length.rawValue, with: new)
  }

  /// Ends the comparison: the old segments that are left lie nowhere now.
  mutating func finish() {
    compare(upTo: .max, with: nil)
    tell()
  }

  /// Compares the old segments with one new one, or a hole, up to an offset in the file.
  private mutating func compare(upTo end: UInt64, with new: Segment?) {
    while position < end {
      guard index < old.count else {
        if let new { note(position..<end, nil, location(in: new)) }
        position = end
        return
      }
      let next = old[index]
      let start = next.fileOffset.rawValue
      let stop = start + next.length.rawValue
      if position < start {
        let last = min(start, end)
        if let new { note(position..<last, nil, location(in: new)) }
        position = last
      } else {
        let last = min(stop, end)
        note(position..<last, location(in: next), new.map { location(in: $0) })
        position = last
        if last == stop { index += 1 }
      }
    }
  }

  /// Where a segment has the byte that is looked at.
  private func location(in segment: Segment) -> Location {
    // Inside the segment, whose end was counted.
    let skipped = position &- segment.fileOffset.rawValue
    return Location(
      offset: BarOffset(segment.barOffset.rawValue &+ skipped),
      flags: comparesFlags ? segment.flags : [])
  }

  /// Notes a run of bytes that moved; joined to the one before where both places go on.
  private mutating func note(_ range: Range<UInt64>, _ before: Location?, _ after: Location?) {
    guard before != after else { return }
    if let last = pending, last.range.upperBound == range.lowerBound {
      let length = last.range.upperBound - last.range.lowerBound
      if goesOn(last.before, by: length, in: before) && goesOn(last.after, by: length, in: after) {
        pending?.range = last.range.lowerBound..<range.upperBound
        return
      }
    }
    tell()
    pending = (range, before, after)
  }

  private func goesOn(_ location: Location?, by length: UInt64, in next: Location?) -> Bool {
    guard var location else { return next == nil }
    location.offset = BarOffset(location.offset.rawValue &+ length)
    return location == next
  }

  private mutating func tell() {
    guard let move = pending else { return }
    pending = nil
    guard changes.count < Self.limit else {
      leftOut += 1
      return
    }
    changes.append(
      Change(
        .segment, FileOffset(move.range.lowerBound)..<FileOffset(move.range.upperBound),
        before: text(move.before), after: text(move.after)))
  }

  private func text(_ location: Location?) -> String? {
    guard let location else { return nil }
    let flags = location.flags.hazards.map { " \($0.rawValue)" }.joined()
    return location.offset.hex + flags
  }
}

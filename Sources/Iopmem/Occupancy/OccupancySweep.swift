/// Finds what lies where, of what a file system says of its space and what its files say of theirs.
struct OccupancySweep {
  /// Bytes of the device, and what holds them.
  struct Claim: Hashable {
    let bytes: Range<UInt64>
    let content: Occupancy.Content
  }

  /// What the file system says of its space: `free`, `metadata`, `journal`, or `other` for what is
  /// in use; no two overlap.
  var space: [Claim] = []
  /// What files and directories say that they have.
  var claims: [Claim] = []

  /// Notes that a file or directory has what its layout says.
  mutating func claim(_ runs: [Layout.Run], _ content: Occupancy.Content) {
    claims += runs.map { run in
      // A layout has no run that passes the last offset.
      let start = run.physical.rawValue
      return Claim(bytes: start..<start + run.length.rawValue, content: content)
    }
  }

  /// The areas of a device of this length. What lies past its end is left out.
  func areas(length: ByteCount) -> [Occupancy.Area] {
    var areas: [Occupancy.Area] = []
    var position: UInt64 = 0
    var base: Occupancy.Content?
    var open: [Occupancy.Content] = []
    func close(at end: UInt64) {
      let end = min(end, length.rawValue)
      guard end > position else { return }
      let content = Self.content(base, open)
      if let last = areas.last, last.content == content {
        areas[areas.count - 1] = Occupancy.Area(
          start: last.start, length: ByteCount(end - last.start.rawValue), content: content)
      } else {
        areas.append(
          Occupancy.Area(
            start: DeviceOffset(position), length: ByteCount(end - position), content: content))
      }
      position = end
    }
    for edge in edges {
      close(at: edge.place)
      switch (edge.isClaim, edge.isStart) {
      case (false, true): base = edge.content
      case (false, false): base = nil
      case (true, true): open.append(edge.content)
      case (true, false):
        if let index = open.lastIndex(of: edge.content) { open.remove(at: index) }
      }
    }
    close(at: length.rawValue)
    return areas
  }

  /// Where a claim begins or ends.
  private struct Edge {
    let place: UInt64
    let isStart: Bool
    let isClaim: Bool
    let content: Occupancy.Content
  }

  /// The edges in order, ends before starts at the same place.
  private var edges: [Edge] {
    func edges(of claims: [Claim], isClaim: Bool) -> [Edge] {
      claims.lazy.filter { !$0.bytes.isEmpty }.flatMap { claim in
        [(claim.bytes.lowerBound, true), (claim.bytes.upperBound, false)].map {
          Edge(place: $0, isStart: $1, isClaim: isClaim, content: claim.content)
        }
      }
    }
    return (edges(of: space, isClaim: false) + edges(of: claims, isClaim: true)).sorted {
      ($0.place, $0.isStart ? 1 : 0) < ($1.place, $1.isStart ? 1 : 0)
    }
  }

  /// What bytes hold of which the file system says one thing, and files these.
  private static func content(
    _ base: Occupancy.Content?, _ open: [Occupancy.Content]
  ) -> Occupancy.Content {
    guard let first = open.first else { return base ?? .other }
    // What is in use may be told as such, or not at all.
    guard (base ?? .other) == .other || base == first else { return .unsettled }
    return open.allSatisfy { $0 == first } ? first : .shared
  }
}

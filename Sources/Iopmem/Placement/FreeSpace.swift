/// The free runs of a file system, from which runs can be taken.
public struct FreeSpace: Sendable {
  /// The runs, in the order of the device; no two touch.
  public private(set) var runs: [FreeRun] = []

  /// Makes a space of runs in any order, and joins those that touch or overlap.
  public init(_ runs: some Sequence<FreeRun>) {
    for run in runs.sorted(by: { $0.start < $1.start }) {
      if let last = self.runs.last, run.start <= last.end {
        guard run.end > last.end, let length = try? run.end.distance(from: last.start),
          let joined = FreeRun(start: last.start, length: length)
        else { continue }
        self.runs[self.runs.count - 1] = joined
      } else {
        self.runs.append(run)
      }
    }
  }

  /// How much is free; no more than 2^64 − 1, since no two runs overlap.
  public var total: ByteCount { ByteCount(runs.reduce(0) { $0 + $1.length.rawValue }) }

  /// The longest run that begins aligned.
  public func largest(_ alignment: Alignment) -> ByteCount {
    runs.lazy.compactMap { $0.aligned(to: alignment)?.length }.max() ?? .zero
  }

  /// Finds the run that holds a byte; nil if the byte is not free.
  public func run(holding offset: DeviceOffset) -> FreeRun? {
    runs.first { $0.start <= offset && offset < $0.end }
  }

  /// Takes an aligned run out of the space, from the shortest run that holds it, so that long
  /// runs last.
  /// - Returns: nil if there is none; the space is then as it was.
  public mutating func take(_ length: ByteCount, _ alignment: Alignment) -> FreeRun? {
    var best: (index: Int, run: FreeRun)?
    for (index, run) in runs.enumerated() where run.length >= length {
      if let best, runs[best.index].length <= run.length { continue }
      guard let aligned = run.aligned(to: alignment), aligned.length >= length,
        let taken = FreeRun(start: aligned.start, length: length)
      else { continue }
      best = (index, taken)
      if run.length == length { break }
    }
    guard let best else { return nil }
    cut(best.run, from: best.index)
    return best.run
  }

  /// Takes runs until they add up to a length, the longest first, so that they are few.
  /// - Returns: nil if so much is not free; the space is then as it was.
  public mutating func takePieces(_ length: ByteCount) -> [FreeRun]? {
    guard total >= length else { return nil }
    var pieces: [FreeRun] = []
    var rest = length.rawValue
    while rest > 0 {
      guard let index = runs.indices.max(by: { runs[$0].length < runs[$1].length }),
        let piece = FreeRun(
          start: runs[index].start, length: min(runs[index].length, ByteCount(rest)))
      else { return nil }
      cut(piece, from: index)
      pieces.append(piece)
      rest -= piece.length.rawValue
    }
    return pieces
  }

  /// Removes a part from a run, and keeps what lies before and after it.
  private mutating func cut(_ part: FreeRun, from index: Int) {
    let whole = runs[index]
    let before = FreeRun(
      start: whole.start, length: ByteCount(part.start.rawValue - whole.start.rawValue))
    let after = FreeRun(start: part.end, length: ByteCount(whole.end.rawValue - part.end.rawValue))
    runs.replaceSubrange(index...index, with: [before, after].compactMap { $0 })
  }
}

/// Blocks that more than one inode has.
struct SharedBlocks {
  /// A run of blocks that an inode has.
  struct Claim {
    var blocks: Range<UInt64>
    let inode: UInt32
  }

  /// The shared runs, in order; no two overlap.
  private(set) var runs: [(blocks: Range<UInt64>, inodes: (UInt32, UInt32))] = []

  /// - Parameter claims: in any order. Those of one inode overlap where its map lies between two
  ///   parts of a cluster.
  init(_ claims: [Claim]) {
    var longest: Claim?
    for claim in claims.sorted(by: { $0.blocks.lowerBound < $1.blocks.lowerBound }) {
      guard let last = longest, claim.blocks.lowerBound < last.blocks.upperBound else {
        longest = claim
        continue
      }
      let end = min(claim.blocks.upperBound, last.blocks.upperBound)
      let start = max(claim.blocks.lowerBound, runs.last?.blocks.upperBound ?? 0)
      if start < end, claim.inode != last.inode {
        runs.append((start..<end, (last.inode, claim.inode)))
      }
      if claim.blocks.upperBound > last.blocks.upperBound { longest = claim }
    }
  }

  /// Finds the first shared block in a run of an inode, and which other inode has it.
  func first(in blocks: Range<UInt64>, of inode: UInt32) -> (block: UInt64, other: UInt32)? {
    let index = runs.partitioningIndex { $0.blocks.upperBound > blocks.lowerBound }
    guard index < runs.endIndex, runs[index].blocks.lowerBound < blocks.upperBound else {
      return nil
    }
    let (one, other) = runs[index].inodes
    return (max(blocks.lowerBound, runs[index].blocks.lowerBound), one == inode ? other : one)
  }
}

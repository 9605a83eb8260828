import TestSupport

/// An extent as another tool prints it, in bytes.
struct PeerExtent: Hashable {
  var logical: UInt64
  var physical: UInt64
  var length: UInt64
  var isUnwritten = false

  /// `filefrag -v`: ` ext:     logical_offset:        physical_offset: length:   expected: flags:`.
  static func filefrag(_ path: String) async throws -> [PeerExtent] {
    let text = try await Tool.require("filefrag", ["-v", "-b4096", path]).text
    return try joined(
      text.split(separator: "\n").compactMap { line in
        let cells = line.split(separator: ":").map { $0.trimmed }
        guard cells.count >= 4, UInt64(cells[0]) != nil else { return nil }
        return try extent(
          cells[1], cells[2], length: cells[3], isUnwritten: line.contains("unwritten"))
      })
  }

  /// `debugfs -R "dump_extents -l"`: the leaves of an inode's tree.
  static func debugfs(_ image: String, _ path: String) async throws -> [PeerExtent] {
    let text = try await Tool.require(
      "debugfs", ["-R", "dump_extents -l \"\(path)\"", image]
    ).text
    // Level, entry, logical range, physical range, length, flags.
    return try joined(
      text.split(separator: "\n").dropFirst().map { line in
        let isUnwritten = line.contains("Uninit")
        let numbers = line.split { !$0.isNumber }.map { String($0) }
        guard numbers.count == 9 else { throw UnreadLine(line: String(line)) }
        return try extent(
          "\(numbers[4])..\(numbers[5])", "\(numbers[6])..\(numbers[7])", length: numbers[8],
          isUnwritten: isUnwritten)
      })
  }

  private static func extent(
    _ logical: String, _ physical: String, length: String, isUnwritten: Bool
  ) throws -> PeerExtent {
    guard let first = UInt64(logical.split(separator: ".")[0].trimmed),
      let place = UInt64(physical.split(separator: ".")[0].trimmed), let count = UInt64(length)
    else { throw UnreadLine(line: "\(logical) \(physical) \(length)") }
    return PeerExtent(
      logical: first * 4096, physical: place * 4096, length: count * 4096,
      isUnwritten: isUnwritten)
  }

  /// Neighbours in both file and device as one, as the toolkit prints them.
  private static func joined(_ extents: [PeerExtent]) -> [PeerExtent] {
    extents.reduce(into: []) { result, next in
      if let last = result.last, last.logical + last.length == next.logical,
        last.physical + last.length == next.physical, last.isUnwritten == next.isUnwritten
      {
        result[result.count - 1].length += next.length
      } else {
        result.append(next)
      }
    }
  }
}

/// A line of a peer's output that the test does not understand.
struct UnreadLine: Error {
  let line: String
}

extension StringProtocol {
  /// The text without the white space at its ends.
  fileprivate var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}

extension MapDocument.File {
  /// The segments as a peer would print the extents under them.
  var extents: [PeerExtent] {
    segments.map {
      PeerExtent(
        logical: $0.fileOffset, physical: $0.barOffset, length: $0.length,
        isUnwritten: $0.flags.contains("unwritten"))
    }
  }
}

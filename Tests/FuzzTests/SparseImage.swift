import Linux
import SystemPackage
import TestSupport

/// An image as a target is given it: its length, and the blocks that are not blank.
///
/// A byte of options, three that count its blocks, and records of a block's number, in four bytes,
/// and the block; the lowest byte first. The last block may lack bytes, which are zeros.
struct SparseImage {
  /// What is wanted of its reader: eight bits.
  let options: UInt8
  let blockSize: Int
  let length: Int
  private(set) var blocks: [(place: Int, bytes: ArraySlice<UInt8>)] = []

  /// An image of a target's bytes; nil where it is none, or longer than a target takes.
  init?(_ bytes: [UInt8], blockSize: Int) {
    guard bytes.count >= 4 else { return nil }
    options = bytes[0]
    self.blockSize = blockSize
    length = Int(bytes.number(1, 3)) * blockSize
    guard length > 0, length <= 512 << 20 else { return nil }
    for record in stride(from: 4, to: bytes.count - 4, by: 4 + blockSize) {
      let place = Int(bytes.number(record, 4)) * blockSize
      guard place < length else { continue }
      blocks.append((place, bytes[record + 4..<min(record + 4 + blockSize, bytes.count)]))
    }
  }

  /// All its bytes; nil where they would be many.
  var whole: [UInt8]? {
    guard length <= 4 << 20 else { return nil }
    var whole = [UInt8](repeating: 0, count: length)
    for block in blocks {
      whole.replaceSubrange(block.place..<block.place + block.bytes.count, with: block.bytes)
    }
    return whole
  }

  /// The same image with other bytes, as a target is given it.
  /// - Parameter changed: where any of them are others.
  func encoded(_ whole: [UInt8], changed: some Sequence<Int>) -> [UInt8] {
    let numbers = Set(blocks.map { $0.place / blockSize } + changed.map { $0 / blockSize })
    var encoded = [options] + Self.little(length / blockSize).prefix(3)
    for number in numbers.sorted() where (number + 1) * blockSize <= whole.count {
      encoded += Self.little(number)
      encoded += whole[number * blockSize..<(number + 1) * blockSize]
    }
    return encoded
  }

  private static func little(_ number: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }

  /// Writes the image to a file, and answers its path.
  func write(to folder: TestSupport.TemporaryFolder) throws -> FilePath {
    let path = FilePath(folder("image"))
    let file = try Descriptor(
      path, .readWrite, options: [.create, .truncate],
      permissions: FilePermissions(rawValue: 0o600))
    for block in blocks { try file.write(block.bytes, at: UInt64(block.place)) }
    try file.truncate(to: UInt64(length))
    return path
  }
}

/// The bytes of an image of ext2, ext3 or ext4 as its fields: read and changed without any library,
/// checksums repaired, so that only what the fields say can be wrong.
package struct RawExt4 {
  /// The bytes now.
  package private(set) var bytes: [UInt8]
  /// What was changed, as it was before.
  package private(set) var changes: [(offset: Int, old: [UInt8])] = []

  package let blockSize: Int
  let blockCount: UInt32
  let inodeCount: UInt32
  let groupCount: Int
  private let inodesPerGroup: Int
  private let clustersPerGroup: Int
  let inodeSize: Int
  private let descriptorSize: Int
  private let seed: UInt32
  /// Checksums of everything: `metadata_csum`.
  let isSummed: Bool
  /// Checksums of group descriptors alone: `uninit_bg`.
  private let hasOldSums: Bool
  private let uuid: [UInt8]

  /// Reads the superblock: Documentation/filesystems/ext4/super.rst.
  /// - Returns: nil where its numbers leave no place for groups and inodes.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count >= 4096 else { return nil }
    func word(_ offset: Int) -> UInt32 { bytes.little(1024 + offset, 4) }
    self.bytes = bytes
    guard word(0x18) <= 6, word(4) > word(0x14), word(0x20) > 0 else { return nil }
    blockSize = 1024 << Int(word(0x18))
    blockCount = word(4)
    inodeCount = word(0)
    inodesPerGroup = Int(word(0x28))
    clustersPerGroup = Int(word(0x24))
    groupCount =
      (Int(word(4)) - Int(word(0x14)) + Int(word(0x20)) - 1) / Int(word(0x20))
    inodeSize = word(0x4C) == 0 ? 128 : Int(bytes.little(1024 + 0x58, 2))
    descriptorSize = word(0x60) & 0x80 != 0 ? Int(bytes.little(1024 + 0xFE, 2)) : 32
    isSummed = word(0x64) & 0x400 != 0
    hasOldSums = word(0x64) & 0x410 == 0x10
    guard (1...1 << 16).contains(inodesPerGroup), (12...1 << 24).contains(inodeCount),
      (128...4096).contains(inodeSize), (32...1024).contains(descriptorSize),
      groupCount <= bytes.count / descriptorSize
    else { return nil }
    uuid = Array(bytes[1024 + 0x68..<1024 + 0x78])
    seed = CRC32C.digest(of: uuid[...], from: ~0)
  }

  /// A number at a place of the image; 0 outside it.
  func number(_ offset: Int, _ size: Int) -> UInt32 {
    offset >= 0 && offset <= bytes.count - size ? bytes.little(offset, size) : 0
  }

  /// Bytes of the image; none where some lie outside it.
  private func bytes(_ offset: Int, _ count: Int) -> ArraySlice<UInt8> {
    offset >= 0 && count >= 0 && offset <= bytes.count - count
      ? bytes[offset..<offset + count] : []
  }

  /// Changes a number of at most four bytes; nothing outside the image.
  mutating func set(_ offset: Int, _ size: Int, _ value: UInt32) {
    guard offset >= 0, offset <= bytes.count - size else { return }
    changes.append((offset, Array(bytes[offset..<offset + size])))
    for index in 0..<size {
      bytes[offset + index] = UInt8(truncatingIfNeeded: value >> (8 * index))
    }
  }

  /// Takes every change back.
  package mutating func restore() {
    for change in changes.reversed() {
      bytes.replaceSubrange(change.offset..<change.offset + change.old.count, with: change.old)
    }
    changes.removeAll()
  }

  // MARK: Places

  /// Where a group's descriptor is. All descriptors lie in one run, or all groups in one.
  func descriptor(_ group: Int) -> Int {
    // Behind the superblock, which begins at 1024.
    (1024 / blockSize + 1) * blockSize + group * descriptorSize
  }

  /// Where an inode is.
  func inode(_ number: Int) -> Int {
    let table = Int(self.number(descriptor((number - 1) / inodesPerGroup) + 8, 4))
    return table * blockSize + (number - 1) % inodesPerGroup * inodeSize
  }

  /// Where a block is; nil outside the image.
  func place(ofBlock block: UInt32) -> Int? {
    let place = Int(block) * blockSize
    return block > 0 && place + blockSize <= bytes.count ? place : nil
  }

  /// The inodes of regular files and directories that have names.
  var namedInodes: [Int] {
    (11...Int(inodeCount)).filter { number in
      let place = inode(number)
      guard place > 0, place + 128 <= bytes.count else { return false }
      return [8, 4].contains(self.number(place, 2) >> 12) && self.number(place + 0x1A, 2) > 0
    }
  }

  /// The blocks of an inode's map: nodes of its tree, or those full of block numbers.
  func mapBlocks(of inode: Int) -> [UInt32] {
    let map = self.inode(inode) + 0x28
    guard number(self.inode(inode) + 0x20, 4) & 0x80000 != 0 else {
      let first = [number(map + 48, 4), number(map + 52, 4)].filter { place(ofBlock: $0) != nil }
      let second = number(map + 52, 4)
      return first + (place(ofBlock: second).map { [number($0, 4)] } ?? []).filter { $0 > 0 }
    }
    var found: [UInt32] = []
    findNodes(below: map, &found)
    return found
  }

  private func findNodes(below node: Int, _ found: inout [UInt32]) {
    guard number(node + 6, 2) > 0 else { return }
    for index in 0..<min(Int(number(node + 2, 2)), 340) {
      let block = number(node + 12 * (index + 1) + 4, 4)
      // Damage can make a circle.
      guard let place = place(ofBlock: block), !found.contains(block) else { continue }
      found.append(block)
      findNodes(below: place, &found)
    }
  }

  // MARK: Checksums: Documentation/filesystems/ext4/checksums.rst

  private func seed(of inode: Int) -> UInt32 {
    let start = CRC32C.digest(of: UInt32(inode).littleBytes[...], from: seed)
    let place = self.inode(inode)
    return CRC32C.digest(of: bytes(place + 0x64, 4), from: start)
  }

  /// Gives an inode its checksum.
  mutating func sum(inode: Int) {
    guard isSummed else { return }
    let place = self.inode(inode)
    let isLarge = inodeSize > 128 && number(place + 0x80, 2) >= 4
    set(place + 0x7C, 2, 0)
    if isLarge { set(place + 0x82, 2, 0) }
    let sum = CRC32C.digest(of: bytes(place, inodeSize), from: seed(of: inode))
    set(place + 0x7C, 2, sum & 0xFFFF)
    if isLarge { set(place + 0x82, 2, sum >> 16) }
  }

  /// Gives a node of a tree its checksum, which lies behind its room.
  mutating func sum(node place: Int, of inode: Int) {
    let tail = place + 12 * (1 + Int(number(place + 4, 2)))
    guard isSummed, tail + 4 <= place + blockSize else { return }
    set(tail, 4, CRC32C.digest(of: bytes(place, tail - place), from: seed(of: inode)))
  }

  /// Gives a block of names its checksum, which lies in its last entry.
  mutating func sum(directoryBlock place: Int, of inode: Int) {
    let tail = place + blockSize - 12
    guard isSummed, number(tail + 7, 1) == 0xDE else { return }
    set(tail + 8, 4, CRC32C.digest(of: bytes(place, tail - place), from: seed(of: inode)))
  }

  /// Gives a group's bitmaps and descriptor their checksums.
  mutating func sum(group: Int) {
    let place = descriptor(group)
    if hasOldSums {
      let number = UInt32(group).littleBytes[...]
      let rest = bytes(place + 0x20, descriptorSize - 0x20)
      var sum = CRC16.digest(of: uuid[...], from: 0xFFFF)
      for part in [number, bytes(place, 0x1E), rest] {
        sum = CRC16.digest(of: part, from: sum)
      }
      set(place + 0x1E, 2, UInt32(sum))
    }
    guard isSummed else { return }
    for (field, low, high, count) in [
      (0, 0x18, 0x38, clustersPerGroup / 8), (4, 0x1A, 0x3A, inodesPerGroup / 8),
    ] {
      guard let bitmap = self.place(ofBlock: number(place + field, 4)) else { continue }
      let sum = CRC32C.digest(of: bytes(bitmap, count), from: seed)
      set(place + low, 2, sum & 0xFFFF)
      if descriptorSize >= 64 { set(place + high, 2, sum >> 16) }
    }
    set(place + 0x1E, 2, 0)
    let start = CRC32C.digest(of: UInt32(group).littleBytes[...], from: seed)
    let sum = CRC32C.digest(of: bytes(place, descriptorSize), from: start)
    set(place + 0x1E, 2, sum & 0xFFFF)
  }
}

extension [UInt8] {
  fileprivate func little(_ offset: Int, _ size: Int) -> UInt32 {
    (0..<size).reduce(0) { $0 | UInt32(self[offset + $1]) << (8 * $1) }
  }
}

extension UInt32 {
  fileprivate var littleBytes: [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: self >> (8 * $0)) }
  }
}

import TestSupport
import Testing

/// Images whose superblocks call them clean, with one thing wrong: no address is printed, and the
/// message tells what is wrong. Needs no root.
@Suite struct DamagedMapTests {
  private static let ext2 = ["-t", "ext2"]
  private static let ext4 = ["-t", "ext4"]
  private static let unsummed = ["-t", "ext4", "-O", "^metadata_csum"]

  private func expect(
    _ words: String, _ image: OfflineImage, _ file: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let result = try await image.map(file)
    #expect(result.status == 2, "\(file): \(words)", sourceLocation: sourceLocation)
    #expect(
      result.text.split(separator: "\n").count == 1, "\(result.text)",
      sourceLocation: sourceLocation)
    #expect(
      result.errors.hasPrefix("iopmem: \(file): ") && result.errors.contains(words)
        && result.errors.contains("run e2fsck on it"),
      "\(words): \(result.errors)", sourceLocation: sourceLocation)
    // What the library says of any contradiction.
    #expect(!result.errors.contains("uperblock is corrupt"), sourceLocation: sourceLocation)
  }

  /// What debugfs can set in an inode, by the offset and the words that are to be read.
  @Test(arguments: [
    ("block[IND] 65537", "at offset 0xc000: block 65537 is outside"),
    ("block[IND] 3", "at offset 0xc000: block 3 is one of the file system's own: a superblock"),
    ("block[5] 3", "at offset 0x5000: block 3 is one of the file system's own: a superblock"),
    ("block[5] 4294967295", "at offset 0x5000: block 4294967295 is outside"),
    ("block[5] 16000", "at offset 0x5000: block 16000 is marked as free"),
    ("block[IND] 0", "the inode counts"), ("block[5] 0", "the inode counts"),
    ("blocks 0", "and the inode counts 0"), ("links_count 0", "was deleted"),
    ("size 137438956472000", "more than its map can tell"),
    ("size 5000", "lies behind the end of the file"), ("flags 0x80000", "the flags tell"),
    ("flags 0x10000000", "the flags tell"), ("file_acl 3", "block 3 is one of"),
    ("flags 0x200000", "the flags tell"), ("flags 0x40000000", "the flags tell"),
    ("extra_isize 200", "longer than its place"), ("extra_isize 30", "longer than its place"),
    ("file_acl 16000", "block 16000 is marked as free"),
  ])
  func blockMaps(_ damage: (field: String, words: String)) async throws {
    let image = try await OfflineImage(Self.ext2)
    try await image.map("/big").expect(status: 0)
    try await image.change(["sif /big \(damage.field)"])
    try await expect(damage.words, image, "/big")
    try await image.map("/small").expect(status: 0)
  }

  @Test func mapsThatPointAtStructures() async throws {
    for structure in ["Block bitmap", "Inode bitmap", "Inode table"] {
      let image = try await OfflineImage(Self.ext2)
      let block = try await image.place(of: structure)
      try #require(block > 0)
      for field in ["block[5]", "block[IND]"] {
        try await image.change(["sif /big \(field) \(block)"])
        try await expect("block \(block) is one of the file system's own", image, "/big")
      }
    }
  }

  @Test func mapsOfNothing() async throws {
    let image = try await OfflineImage(Self.ext2, blockSize: 1024)
    let fields = (0..<12).map { "[\($0)]" } + ["[IND]", "[DIND]", "[TIND]"]
    try await image.change(fields.map { "sif /big block\($0) 0" })
    try await expect("the map has 0 units", image, "/big")
  }

  @Test func mapsThatUseABlockTwice() async throws {
    let image = try await OfflineImage(Self.ext2, blockSize: 1024)
    let first = try await image.block(0, of: "/big")
    try await image.change(["sif /big block[1] \(first)"])
    try await expect("block \(first) is used twice", image, "/big")
    let circle = try await OfflineImage(Self.ext2, blockSize: 1024)
    let words = try await circle.words("stat /big")
    let map = try #require(words.first { $0.hasPrefix("(IND):") }?.dropFirst(6))
    try await circle.change(["sif /big block[DIND] \(map)"])
    try await expect("used twice", circle, "/big")
  }

  @Test(arguments: [
    ("block[1] 0x00020004", "says depth 0, its place 1"),
    ("block[1] 0x00060004", "says depth 6, its place 5"),
    ("block[1] 0x00010005", "tells of room for 5 entries"), ("block[0] 0x0003f30b", "is no node"),
    ("block[0] 0x0005f30a", "has 5 entries"), ("block[0] 0x0000f30a", "has 0 entries"),
    ("block[0] 0x0001f30a", "the inode counts"), ("block[3] 1", "begins elsewhere in the file"),
    ("block[6] 0", "overlap, go backwards or leave their range"),
    ("block[6] 3", "overlap, go backwards or leave their range"),
    ("block[4] 999999", "at offset 0x0: block 999999 is outside"),
    ("block[5] 1", "block 4294"), ("block[4] 16000", "block 16000 is marked as free"),
  ])
  func roots(_ damage: (field: String, words: String)) async throws {
    let image = try await OfflineImage(Self.ext4)
    try await image.map("/frag").expect(status: 0)
    try await image.change(["sif /frag \(damage.field)"])
    try await expect(damage.words, image, "/frag")
  }

  /// Bytes of a leaf: the header is 12 bytes, then 12 for each extent.
  @Test func leaves() async throws {
    for (offset, bytes, words) in [
      (0, [0, 0], "is no node"), (2, [0xFF, 0xFF], "has 65535 entries"),
      (4, [0, 0], "tells of room for 0"), (6, [1, 0], "says depth 1, its place 0"),
      (12, [1, 0, 0, 0], "begins elsewhere"), (24, [0, 0, 0, 0], "go backwards"),
      (16, [0, 0], "without length"), (16, [3, 0], "go backwards"),
      (20, [3, 0, 0, 0], "block 3 is one of the file system's own"),
    ] as [(UInt64, [UInt8], String)] {
      let image = try await OfflineImage(Self.unsummed)
      let leaf = try #require(try await image.leaves(of: "/frag").first)
      try image.overwrite(bytes, at: leaf * 4096 + offset)
      try await expect(words, image, "/frag")
      try await image.map("/small").expect(status: 0)
    }
    let image = try await OfflineImage(Self.ext4)
    let leaf = try #require(try await image.leaves(of: "/frag").last)
    try image.overwrite([9], at: leaf * 4096 + 4000)
    try await expect("map block \(leaf) has a bad checksum", image, "/frag")
  }

  @Test func structuresAndTheJournal() async throws {
    let image = try await OfflineImage(Self.unsummed)
    let journal = try await image.block(0, of: "<8>")
    for (block, owner) in [
      (journal, "the journal"), (2, "a superblock or group descriptor"),
      (try await image.place(of: "Inode table") + 3, "an inode table"),
    ] {
      try await image.change(["sif /small block[5] \(block)"])
      try await expect("block \(block) is one of the file system's own: \(owner)", image, "/small")
    }
  }

  @Test func bitmapsAreBelieved() async throws {
    for options in [Self.ext2, Self.ext4, ["-t", "ext4", "-O", "bigalloc", "-C", "16384"]] {
      let image = try await OfflineImage(options)
      let block = try await image.block(40, of: "/small")
      try await image.change(["freeb \(block)"])
      try await expect("is marked as free", image, "/small")
      let other = try await OfflineImage(options)
      try await other.change(["freei /small"])
      try await expect("is marked as free", other, "/small")
    }
    for structure in ["Block bitmap", "Inode bitmap"] {
      let image = try await OfflineImage(Self.ext4)
      try image.overwrite([0x7F], at: try await image.place(of: structure) * 4096)
      try await expect("bad checksum", image, "/small")
    }
  }

  /// A directory that points elsewhere has other names; a damaged journal hides what is its own.
  @Test func whatLeadsToAFileIsHeldAgainstTheRulesToo() async throws {
    let image = try await OfflineImage(Self.unsummed)
    try await image.change(["sif /sub block[5] 16000"])
    try await expect("block 16000 is marked as free", image, "/sub/f7")
    let other = try await OfflineImage(Self.unsummed)
    try await other.change(["sif <8> block[5] 16000"])
    try await expect("inode 8: at offset 0x0: block 16000 is marked as free", other, "/small")
    let lost = try await OfflineImage(["-t", "ext3"])
    let journal = try await lost.block(0, of: "<8>")
    let block = try await lost.block(0, of: "/small")
    try await lost.change(["sif <8> block[0] \(block)"])
    try await expect("block \(block) is no beginning of a journal", lost, "/sub/f7")
    try await lost.change(["sif <8> block[0] \(journal)"])
    try await lost.map("/small").expect(status: 0)
    let named = try await OfflineImage(Self.ext4)
    try await named.change(["ln <8> journal"])
    try await expect("inode 8 is one of the file system's own", named, "/journal")
  }

  /// Whatever features: what is sound is mapped, all of it.
  @Test(arguments: [
    "-t ext2", "-t ext2 -r 0", "-t ext3", "-t ext4", "-t ext4 -O bigalloc -C 65536",
    "-t ext4 -O meta_bg,^resize_inode", "-t ext4 -O sparse_super2,^resize_inode -E num_backup_sb=1",
    "-t ext4 -O quota,project,orphan_file,ea_inode", "-t ext4 -O ^flex_bg", "-t ext4 -O mmp",
    "-t ext4 -O ^64bit,^metadata_csum,uninit_bg", "-t ext4 -O encrypt,verity -I 128",
  ])
  func soundImages(_ options: String) async throws {
    for blockSize in [1024, 4096] {
      let image = try await OfflineImage(
        options.split(separator: " ").map { String($0) }, size: "300M", blockSize: blockSize)
      // mke2fs leaves the quota of its own files uncounted.
      try await Tool.run("e2fsck", ["-fy", image.path]).expect(status: 0...1)
      let result = try await image.map("-r", "/")
      #expect(result.status == 0, "\(blockSize): \(result.errors)")
      let rows = result.text.split(separator: "\n").dropFirst().map { $0.split(separator: ",") }
      for (file, size) in OfflineImage.sizes {
        let lengths = rows.filter { $0[0] == file }.compactMap { Int($0[2]) }
        #expect(lengths.reduce(0, +) == size, "\(file)")
      }
      #expect(rows.filter { $0[0] == "/frag" }.count == 700)
    }
  }
}

internal import Linux
internal import Signature
internal import SystemPackage

/// The file system that a device holds, as far as it can be held against what was asked for.
struct ExistingFileSystem: Hashable {
  /// What libblkid knows it by.
  var signature: KnownSignature
  /// How long its blocks are; nil where the superblock is not one that is read here.
  var blockSize: UInt32?
  /// Whether it has a journal; nil where that is not known, and for xfs, which always has its log.
  var hasJournal: Bool?

  /// What is declared of a file system: what is nil may be anything.
  struct Wanted: Hashable, Sendable {
    var type: FormatRequest.FileSystemType
    var label: [UInt8]?
    var uuid: VolumeUUID?
    var journal: FormatRequest.Journal?
  }

  /// Says what is other than wanted; empty when it will do as it is.
  func differences(from wanted: Wanted) -> [String] {
    guard signature.kind == .filesystem, signature.type == wanted.type.rawValue else {
      return ["holds \(QuotedName.oneLine(signature.type)), not \(wanted.type.rawValue)"]
    }
    var differences: [String] = []
    if let label = wanted.label, label != signature.label ?? [] {
      let now = signature.label.map { QuotedName($0).text } ?? "none"
      differences.append("has the label \(now), not \(QuotedName(label).text)")
    }
    if let uuid = wanted.uuid, signature.uuid.flatMap({ VolumeUUID($0) }) != uuid {
      differences.append("has the UUID \(signature.uuid ?? "none"), not \(uuid)")
    }
    if let journal = wanted.journal, wanted.type == .ext4, hasJournal != (journal != .none) {
      let words = hasJournal.map { $0 ? "has a journal" : "has no journal" }
      differences.append(words ?? "does not show whether it has a journal")
    }
    if blockSize != UInt32(ByteCount.page.rawValue) {
      differences.append("has blocks of \(blockSize.map(String.init) ?? "unknown") bytes, not 4096")
    }
    return differences
  }
}

extension ExistingFileSystem {
  /// Reads what a device holds, which may be mounted.
  /// - Returns: nil where nothing is recognised.
  /// - Throws: `refused` where marks of several things are.
  init?(on path: FilePath) throws(Failure) {
    let device = try explain(path, "cannot be opened") { () throws(Errno) in
      try Descriptor(path, .readOnly, options: .nonBlocking)
    }
    var start = [UInt8](repeating: 0, count: 4096)
    let content: DeviceContent
    do throws(Errno) {
      var probe = try SignatureProbe()
      content = try probe.content(of: device)
      start.removeLast(start.count - (try device.read(at: 0, into: &start)))
    } catch { throw Failure(error, path, "cannot be probed for signatures") }
    switch content {
    case .unrecognised: return nil
    case .ambivalent(let signatures):
      let types = signatures.map(\.type).joined(separator: ", ")
      throw Failure(.refused, path, "bears marks of several things: \(types)")
    case .found(let signature):
      // The mark comes first, and the rest of the file system after it.
      if XFSSuperblock(start)?.isInProgress == true {
        throw Failure(
          .refused, path, "holds an xfs whose making was cut off",
          remedy: "mkfs.iopmem --force makes it anew")
      }
      self.init(signature, start)
    }
  }

  /// - Parameter start: the device's first 4096 bytes.
  init(_ signature: KnownSignature, _ start: [UInt8]) {
    self.signature = signature
    if let xfs = XFSSuperblock(start) {
      blockSize = xfs.blockSize
    } else if let ext4 = Ext4Superblock(start) {
      blockSize = ext4.blockSize
      hasJournal = ext4.hasJournal
    }
  }
}

/// The superblock of ext2, ext3 and ext4, as far as it is read here without libext2fs, which opens
/// no mounted one without doubt.
///
/// Offsets are those of `struct ext4_super_block`, fs/ext4/ext4.h, at byte 1024; little-endian.
struct Ext4Superblock: Hashable {
  /// How long a block is.
  let blockSize: UInt32
  /// `EXT4_FEATURE_COMPAT_HAS_JOURNAL`.
  let hasJournal: Bool

  /// The superblock in a device's first bytes; nil when they hold none.
  init?(_ start: [UInt8]) {
    guard start.count >= 2048, start[1024 + 0x38] == 0x53, start[1024 + 0x39] == 0xEF else {
      return nil
    }
    func number(_ offset: Int) -> UInt32 {
      start[1024 + offset..<1024 + offset + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
    // 1024 << s_log_block_size, of which 6 is the most: EXT4_MAX_BLOCK_LOG_SIZE.
    guard number(0x18) <= 6 else { return nil }
    blockSize = 1024 << number(0x18)
    hasJournal = number(0x5C) & 4 != 0
  }
}

internal import Linux
internal import Signature
internal import SystemPackage
internal import XFS

/// The file system that a device holds, as far as it can be held against what was asked for.
struct ExistingFileSystem: Hashable {
  /// What libblkid knows it by.
  var signature: KnownSignature
  /// How long its blocks are; nil where the superblock is not one that is read here.
  var blockSize: UInt32?
  /// How long it is, in bytes; nil where that is not known.
  var length: UInt64?
  /// How long its device is, or the part of an image that it lies in; nil where none was looked at.
  var room: UInt64?
  /// Whether it has a journal; nil where that is not known, and for xfs, which always has its log.
  var hasJournal: Bool?
  /// How long its journal is, in bytes; nil where that is not known.
  var journalLength: UInt64?
  /// What its allocator aligns large files to, in bytes; nil where that is not known.
  var alignment: UInt64?
  /// How many inodes it has; nil where that is not known, and for xfs, which makes them as needed.
  var inodes: UInt64?

  /// Says what is other than wanted; empty when it will do as it is.
  func differences(from wanted: WantedFileSystem) -> [String] {
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
    if case .size(let length)? = wanted.journal, hasJournal != false,
      journalLength != length.rawValue
    {
      differences.append(
        "has a journal of \(Self.text(journalLength)) bytes, not \(length.rawValue)")
    }
    if let wanted = wanted.alignment, alignment != wanted.rawValue {
      differences.append("aligns to \(Self.text(alignment)) bytes, not \(wanted.rawValue)")
    }
    if let wanted = wanted.inodes, inodes.map({ $0 < wanted }) ?? true {
      differences.append("has \(Self.text(inodes)) inodes, and not \(wanted)")
    }
    if blockSize != UInt32(ByteCount.page.rawValue) {
      differences.append("has blocks of \(blockSize.map(String.init) ?? "unknown") bytes, not 4096")
    }
    if let length, let room, length > room {
      differences.append("holds a file system of \(length) bytes, and has room for \(room)")
    }
    return differences
  }

  private static func bytes(_ blocks: UInt64, _ blockSize: UInt32) -> UInt64 {
    let (bytes, overflow) = blocks.multipliedReportingOverflow(by: UInt64(blockSize))
    return overflow ? .max : bytes
  }

  private static func text(_ number: UInt64?) -> String { number.map(String.init) ?? "unknown" }
}

extension ExistingFileSystem {
  /// Reads what a device holds, which may be mounted.
  /// - Returns: nil where nothing is recognised.
  /// - Throws: `refused` where marks of several things are.
  init?(on path: FilePath) throws(Failure) {
    let device = try explain(path, "cannot be opened") { () throws(Errno) in
      try Descriptor(path, .readOnly, options: .nonBlocking)
    }
    try self.init(on: device, path)
  }

  /// Reads what an open device holds, or a part of an open image, in the same way.
  init?(
    on device: borrowing Descriptor, _ path: FilePath, _ part: ImagePart? = nil
  ) throws(Failure) {
    let offset = part?.offset ?? 0
    var start = [UInt8](repeating: 0, count: 4096)
    let content: DeviceContent
    let room: UInt64
    do throws(Errno) {
      if let part { room = part.length.rawValue } else { room = try device.length(device.status()) }
      var probe = try SignatureProbe()
      content = try probe.content(of: device, offset: offset, length: part?.length.rawValue ?? 0)
      start.removeLast(start.count - (try device.read(at: offset, into: &start)))
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
      self.room = room
    }
  }

  /// - Parameter start: the device's first 4096 bytes.
  init(_ signature: KnownSignature, _ start: [UInt8]) {
    self.signature = signature
    if let xfs = XFSSuperblock(start) {
      blockSize = xfs.blockSize
      length = Self.bytes(xfs.blockCount, xfs.blockSize)
      // Products of two numbers of 32 bits each.
      journalLength = UInt64(xfs.logBlockCount) * UInt64(xfs.blockSize)
      alignment = UInt64(xfs.stripeUnit) * UInt64(xfs.blockSize)
    } else if let ext4 = Ext4Superblock(start) {
      blockSize = ext4.blockSize
      length = Self.bytes(ext4.blockCount, ext4.blockSize)
      hasJournal = ext4.hasJournal
      journalLength = ext4.journalLength
      alignment = UInt64(ext4.stripeWidth) * UInt64(ext4.blockSize)
      inodes = UInt64(ext4.inodeCount)
    }
  }
}

extension Failure {
  /// A device that holds another file system than the one that is wanted.
  static func otherFileSystem(_ device: FilePath, _ differences: [String]) -> Failure {
    Failure(
      .refused, device, differences.joined(separator: ", "),
      remedy: "only a blank device is formatted: wipefs(8) makes one"
    ).named(.differs)
  }
}

internal import Linux
internal import Signature
internal import SystemPackage

/// The bytes of an image that a file system lies in: whose these are is found out once, here.
struct ImagePart: Hashable {
  /// Where in the image they begin; 0 on a block device.
  let offset: UInt64
  /// How many they are.
  let length: ByteCount
  /// How long the image is.
  let imageLength: ByteCount
  /// The partition that they are; nil for what is no partition.
  private(set) var partition: PartitionTable.Partition?
  /// What the image as a whole holds, where this is a part of it.
  private(set) var surroundings: DeviceContent?

  /// Finds a part of an image by its name.
  /// - Throws: as the other initializer does.
  init(_ name: ImageName) throws(Failure) {
    let file = try explain(name.path, "cannot be opened") { () throws(Errno) in
      try Descriptor(name.path, .readOnly, options: .nonBlocking)
    }
    try self.init(name, file)
  }

  /// Finds a part of an open image.
  /// - Throws: `Failure`: refused for what has no such part, and for a partition that is not one for
  ///   files, or of which the table does not say beyond doubt where it lies.
  init(_ name: ImageName, _ file: borrowing Descriptor) throws(Failure) {
    let status = try explain(name.path, "cannot be examined") { () throws(Errno) in
      try file.status()
    }
    let size = try explain(name.path, "cannot be examined") { () throws(Errno) in
      try file.length(status)
    }
    imageLength = ByteCount(size)
    var table: PartitionTable?
    if name.place != .whole {
      guard status.kind == .regular else {
        throw Failure(
          .refused, name.path,
          "is no image file, in which a file system could have a place of its own",
          remedy: "name the partition's own device")
      }
      let content = try explain(name.path, "cannot be probed for signatures") {
        () throws(Errno) in
        var probe = try SignatureProbe()
        return try probe.content(of: file, length: size)
      }
      table = try Self.table(content, file, name.path, size)
      surroundings = content
    }
    if let found = try Self.partition(name, in: table, of: size) {
      (offset, length, partition) = (found.start, ByteCount(found.length), found)
    } else if case .offset(let start) = name.place {
      guard start < size else {
        throw Failure(.refused, name.path, "has \(size) bytes, and none at byte \(start)")
      }
      (offset, length) = (start, ByteCount(size - start))
    } else {
      (offset, length) = (0, imageLength)
    }
  }

  /// - Returns: nil for what is no partition: all of an image, or a part of one without a table.
  private static func partition(
    _ name: ImageName, in table: PartitionTable?, of size: UInt64
  ) throws(Failure) -> PartitionTable.Partition? {
    switch name.place {
    case .whole: return nil
    case .partition(let number):
      guard let table else {
        throw Failure(.refused, name.path, "holds no partition table").named(.notFound)
      }
      return try table.partition(number, of: name.path, length: size)
    case .offset(let start):
      guard let table else { return nil }
      guard let number = table.partitions.first(where: { $0.start == start })?.number else {
        throw Failure(
          .refused, name.path,
          "holds a partition table (\(table.kind)), and no partition begins at byte \(start)")
      }
      return try table.partition(number, of: name.path, length: size)
    }
  }

  private init(_ other: ImagePart, length: ByteCount) {
    offset = other.offset
    self.length = length
    imageLength = other.imageLength
    partition = other.partition
    surroundings = other.surroundings
  }

  /// The first bytes of it.
  /// - Throws: `Failure`, refused, where it has not so many.
  func prefix(_ length: ByteCount, of path: FilePath) throws(Failure) -> ImagePart {
    guard length > .zero, length <= self.length else {
      throw Failure(
        .refused, path,
        "has \(self.length.rawValue) bytes from byte \(offset) on, and not \(length.rawValue)")
    }
    return ImagePart(self, length: length)
  }

  /// - Returns: nil where there is no partition table.
  private static func table(
    _ content: DeviceContent, _ file: borrowing Descriptor, _ path: FilePath, _ size: UInt64
  ) throws(Failure) -> PartitionTable? {
    switch content {
    case .unrecognised: return nil
    case .found(let signature) where signature.kind != .partitionTable: return nil
    case .ambivalent:
      throw Failure(.refused, path, "bears marks of several things, and may be none of them")
    case .found(let signature):
      let table: PartitionTable?
      let entries: GUIDPartitionEntries?
      do throws(Errno) {
        var probe = try SignatureProbe()
        table = try probe.partitionTable(of: file, length: size)
        entries = try GUIDPartitionEntries.read(file, length: size)
      } catch .fileTooLarge {
        throw Failure(.refused, path, "has a partition table of more than 4 MiB, which is not read")
      } catch {
        throw Failure(error, path, "cannot be read as a partition table")
      }
      guard let table, ["gpt", "dos"].contains(table.kind) else {
        throw Failure(
          .refused, path,
          "holds a partition table that is not read here: \(QuotedName.oneLine(signature.type))")
      }
      if table.kind == "gpt" {
        guard let entries else {
          throw Failure(.refused, path, "has a partition table that contradicts itself")
        }
        try entries.expectTold(by: table, of: path)
      }
      return table
    }
  }
}

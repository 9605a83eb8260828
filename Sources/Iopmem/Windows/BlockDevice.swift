public import Linux
public import SystemPackage

/// A block device as the kernel shows it: a whole disk or a partition of one.
public struct BlockDevice: Sendable {
  /// Its number.
  public let number: DeviceNumber
  /// The kernel's name, as in `/dev`.
  public let name: String
  /// Where on the disk it begins; 0 for the whole disk.
  public let start: DeviceOffset
  /// How long it is.
  public let length: ByteCount
  /// Whether it is a partition.
  public let isPartition: Bool
  /// Whether the kernel refuses writes.
  public let isReadOnly: Bool
  /// The block devices made of it, by name: device mapper, md.
  public let holders: [String]
  /// The whole disk.
  public let disk: Disk

  /// Where its device file is.
  public var path: FilePath { FilePath("/dev").appending(name) }

  /// Reads a block device.
  /// - Throws: `Failure` when the machine has none of this number, when what it says of the
  ///   device is not to be understood, or when a partition lies outside its disk.
  public init(_ number: DeviceNumber, in root: SystemRoot) throws(Failure) {
    let link = Self.link(number)
    let folder = try Self.folder(link, in: root)
    let reader = SysfsFolder(folder, in: root)
    self.number = number
    name = Self.name(of: folder)
    // A link to another device's folder would make its blocks this one's.
    guard try reader.device().map({ $0 == number }) ?? true else {
      throw Failure(.unknown, root.absolute(link), "leads to the folder of another device")
    }
    isReadOnly = try reader.decimal("ro") != 0
    isPartition = try reader.exists("partition")
    holders = try reader.names(in: "holders")
    start = isPartition ? DeviceOffset(try reader.sectors("start").rawValue) : DeviceOffset(0)
    disk = try Disk(isPartition ? folder.removingLastComponent() : folder, in: root)
    // Read once: a loop device can lose its file, and so its length, between two looks.
    length = isPartition ? try reader.sectors("size") : disk.length
    if isPartition { try reader.checkWhole(["start", "size"]) }
    guard let end = try? start.advanced(by: length), end.rawValue <= disk.length.rawValue else {
      throw Failure(.refused, path, "the partition passes the end of its disk, \(disk.name)")
    }
  }

  private static func folder(_ link: FilePath, in root: SystemRoot) throws(Failure) -> FilePath {
    do { return try root.resolved(link) } catch {
      if error == .noSuchFileOrDirectory {
        guard (try? root.exists("sys/dev/block")) == true else {
          throw Failure(
            .unknown, root.absolute("sys/dev/block"), "is not there: what this is cannot be known",
            remedy: "mount /sys")
        }
        throw Failure(error, root.absolute(link), "is no block device here")
      }
      throw Failure(.unknown, root.absolute(link), "cannot be followed", cause: error)
    }
  }

  /// Where the kernel shows the device of a number.
  static func link(_ number: DeviceNumber) -> FilePath {
    FilePath("sys/dev/block").appending(number.description)
  }

  /// The kernel's name of the device in a folder; sysfs writes `!` for the `/` of `cciss/c0d0`.
  static func name(of folder: FilePath) -> String {
    (folder.lastComponent?.string ?? "").replacing("!", with: "/")
  }
}

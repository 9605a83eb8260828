public import Linux
public import SystemPackage

/// A mount of a block device, as `/proc/self/mountinfo` tells of it.
public struct Mount: Sendable, Hashable {
  /// The device.
  public let device: DeviceNumber
  /// What of its file system is mounted: `/` for all of it.
  public let root: FilePath
  /// Where it is mounted.
  public let point: FilePath
  /// The file system's type, as the kernel calls it.
  public let type: String
  /// What holds for the mount and not for its file system: `rw`, `noatime` and so on.
  public let flags: Set<String>
  /// The DAX mode that the mount shows: `always`, `inode`, `never`; nil when it shows none, which
  /// leaves it to each file where the file system knows DAX.
  public let dax: String?

  /// The mounts that a machine shows to this process.
  static func all(in root: SystemRoot) throws(Failure) -> [Mount] {
    let file: FilePath = "proc/self/mountinfo"
    return try explain(root.absolute(file), "cannot read") { () throws(Errno) in
      all(try root.bytes(file, limit: 1 << 26))
    }
  }

  /// The mounts that the file's bytes tell of; a line of another shape tells of none.
  ///
  /// Its format is in proc_pid_mountinfo(5).
  public static func all(_ bytes: some Collection<UInt8>) -> [Mount] {
    bytes.split(separator: UInt8(ascii: "\n")).compactMap { Mount(line: Array($0)) }
  }

  /// The mount that a line tells of.
  ///
  /// It reads `ID PARENT MAJ:MIN ROOT POINT OPTIONS TAGS… - TYPE SOURCE OPTIONS`.
  private init?(line: [UInt8]) {
    let fields = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
    guard fields.count >= 6, let dash = fields[6...].firstIndex(of: [UInt8(ascii: "-")]),
      fields.count > dash + 3,
      let device = DeviceNumber(String(decoding: fields[2], as: UTF8.self))
    else { return nil }
    self.device = device
    root = FilePath(bytes: Self.unescaped(fields[3]))
    point = FilePath(bytes: Self.unescaped(fields[4]))
    flags = Set(String(decoding: fields[5], as: UTF8.self).split(separator: ",").map(String.init))
    type = String(decoding: Self.unescaped(fields[dash + 1]), as: UTF8.self)
    dax = Self.dax(String(decoding: fields[dash + 3], as: UTF8.self))
  }

  /// The DAX mode among a superblock's options; `dax` alone is its old name for `dax=always`.
  private static func dax(_ options: String) -> String? {
    for option in options.split(separator: ",") {
      if option == "dax" { return "always" }
      if option.hasPrefix("dax=") { return String(option.dropFirst("dax=".count)) }
    }
    return nil
  }

  /// A name whose white space and backslashes the kernel wrote as `\` and three octal digits.
  static func unescaped(_ field: ArraySlice<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = field
    while let first = rest.popFirst() {
      let digits = String(decoding: rest.prefix(3), as: UTF8.self)
      if first == UInt8(ascii: "\\"), digits.utf8.count == 3, let byte = UInt8(digits, radix: 8) {
        bytes.append(byte)
        rest = rest.dropFirst(3)
      } else {
        bytes.append(first)
      }
    }
    return bytes
  }
}

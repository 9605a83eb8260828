internal import CLinux
public import SystemPackage

extension Errno {
  /// Whether a file of `/sys` or `/proc` is not there, or left with its device while it was read.
  ///
  /// An attribute's name goes with ENOENT, one that is open with its device with ENODEV
  /// (`kernfs_fop_read_iter`, fs/kernfs/file.c), and some attributes say ENXIO for a device that
  /// is no longer set up.
  public var saysVanished: Bool {
    switch self {
    case .noSuchFileOrDirectory, .operationNotSupportedByDevice, .noSuchAddressOrDevice: true
    default: false
    }
  }
}

extension SystemRoot {
  /// The bytes of an attribute; nil where it is not there, or vanished while it was read.
  /// - Throws: `Errno` for what is there and cannot be read.
  public func attribute(_ file: FilePath) throws(Errno) -> [UInt8]? {
    do { return try bytes(file) } catch {
      if error.saysVanished { return nil }
      throw error
    }
  }

  /// The last name of what a link holds, as of `driver` or `subsystem`; nil where there is none.
  ///
  /// What it leads to need not be there: a captured machine has no folders of drivers. The
  /// corresponding C function is `readlink`.
  public func linkName(_ link: FilePath) -> String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    let capacity = buffer.count
    let length = unsafe absolute(link).withPlatformString {
      unsafe readlink($0, &buffer, capacity)
    }
    guard length > 0, length < capacity else { return nil }
    return FilePath(bytes: buffer.prefix(length).map(UInt8.init(bitPattern:))).lastComponent?.string
  }

  /// The NUMA node of a device's folder; nil where the machine does not say, which the kernel
  /// writes as -1.
  public func numaNode(of folder: FilePath) -> Int? {
    (try? text(folder.appending("numa_node"))).flatMap { SysfsNumber.decimal($0) }
      .flatMap(Int.init(exactly:))
  }
}

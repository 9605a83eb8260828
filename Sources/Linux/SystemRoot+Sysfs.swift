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

  /// The NUMA node of a device's folder; nil where the machine does not say, which the kernel
  /// writes as -1.
  public func numaNode(of folder: FilePath) -> Int? {
    (try? text(folder.entry("numa_node"))).flatMap { SysfsNumber.decimal($0) }
      .flatMap(Int.init(exactly:))
  }
}

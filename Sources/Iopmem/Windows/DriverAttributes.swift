internal import Linux
internal import SystemPackage

/// The attributes that the iopmem driver publishes of a disk, in `sys/block/NAME/iopmem`.
struct DriverAttributes {
  /// The BAR's index.
  let bar: Int
  /// The bus address of the BAR's byte 0.
  let busAddress: UInt64
  /// The CPU-physical address of the BAR's byte 0.
  let cpuAddress: UInt64
  /// How long the BAR is.
  let length: ByteCount
  /// Where in the BAR the disk's byte 0 lies.
  let dataOffset: BarOffset

  private let folder: SysfsFolder

  /// The files that it is read from.
  static let names = ["abi", "bar", "bus_address", "cpu_address", "length", "data_offset"]

  /// Reads the attributes; nil if there are none, as for a foreign driver of that name.
  /// - Throws: `unknown` when any of it is missing, `refused` for a version of them
  ///   that is not known here.
  init?(of disk: Disk, in root: SystemRoot) throws(Failure) {
    let path = disk.folder.appending("iopmem")
    guard try SysfsFolder(disk.folder, in: root).exists("iopmem") else { return nil }
    let folder = SysfsFolder(path, in: root)
    let abi = try folder.decimal("abi")
    guard abi == 1 else {
      throw Failure(
        .refused, nil, "the driver speaks ABI \(abi), this toolkit 1",
        remedy: "install the toolkit that belongs to the driver")
    }
    let bar = try folder.decimal("bar")
    guard let bar = Int(exactly: bar), (0...5).contains(bar) else {
      throw Failure(.refused, nil, "the driver names BAR \(bar), and there are 0 to 5")
    }
    self.bar = bar
    busAddress = try folder.hex("bus_address")
    cpuAddress = try folder.hex("cpu_address")
    length = ByteCount(try folder.decimal("length"))
    dataOffset = BarOffset(try folder.decimal("data_offset"))
    self.folder = folder
  }

  /// Checks that each attribute was read to its end.
  /// - Throws: `unknown` when it was not.
  func checkWhole() throws(Failure) { try folder.checkWhole(Self.names) }
}

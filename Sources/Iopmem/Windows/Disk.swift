internal import Linux
public import PCI
public import SystemPackage

/// A whole disk, as its driver and the device that it hangs on describe it.
public struct Disk: Sendable {
  /// What lies between a disk's blocks and the hardware.
  public enum Layer: Sendable, Hashable {
    /// Nothing: the driver's device itself.
    case none
    /// `drivers/md/dm.c`: any mapping at all.
    case deviceMapper
    /// `drivers/md/md.c`.
    case raid
    /// `drivers/block/loop.c`: a file.
    case loop
    /// Something else that is made of other block devices.
    case stacked

    /// Why nobody can tell where the disk's blocks lie; nil if nothing is in between.
    var refusal: String? {
      let kind =
        switch self {
        case .none, .loop: String?.none
        case .deviceMapper: "a device mapper device"
        case .raid: "an md array"
        case .stacked: "made of other block devices"
        }
      return kind.map {
        "is \($0): its blocks can lie anywhere on other devices, which this program does not follow"
      }
    }
  }

  /// The kernel's name, as in `/dev`.
  public let name: String
  /// Its folder in sysfs, relative to the machine's root.
  public let folder: FilePath
  /// How long it is.
  public let length: ByteCount
  /// Whether the driver offers DAX; nil when the kernel does not say.
  public let hasDAX: Bool?
  /// What lies below.
  public let layer: Layer
  /// The folder of the device it hangs on; nil for one that hangs on nothing.
  public let device: FilePath?
  /// The driver of that device, or of the nearest one above it, up to the PCI function.
  public let driver: String?
  /// The PCI function it hangs on.
  public let function: FunctionAddress?
  /// The NUMA node it hangs on; nil when the machine does not say.
  public let numaNode: Int?

  /// Reads the disk in a folder.
  init(_ folder: FilePath, in root: SystemRoot) throws(Failure) {
    let reader = SysfsFolder(folder, in: root)
    self.folder = folder
    name = BlockDevice.name(of: folder)
    length = try reader.sectors("size")
    hasDAX = ["0": false, "1": true][(try? root.text(folder.appending("queue/dax"))) ?? ""]
    layer = try Self.layer(name, reader)
    device = (try? root.resolved(folder.appending("device"))).flatMap { device in
      // It stands below what it hangs on; a link to elsewhere tells of another disk.
      folder.starts(with: device) ? device : nil
    }
    function = device.flatMap { FunctionAddress(above: $0, in: root) }
    let above = Self.path(from: device, to: function)
    // Not lazily: that asks twice, and what was there at first need not be any more.
    driver = above.compactMap { root.link("driver", in: $0).name }.first
    numaNode = above.compactMap { root.numaNode(of: $0) }.first
  }

  /// Whether the iopmem driver made it, by the driver's name or the disk's.
  public var isIopmem: Bool { driver == "iopmem" || Self.isNumbered(name, after: "iopmem") }

  /// Whether the NVDIMM driver made it.
  public var isPmem: Bool { Self.isNumbered(name, after: "pmem") }

  /// Whether its bytes are memory that the machine can tell the place of.
  var isMemory: Bool { isIopmem || isPmem }

  private static func isNumbered(_ name: String, after prefix: String) -> Bool {
    name.hasPrefix(prefix) && name.dropFirst(prefix.count).first?.isNumber == true
  }

  private static func layer(_ name: String, _ folder: SysfsFolder) throws(Failure) -> Layer {
    if try folder.exists("dm") || isNumbered(name, after: "dm-") { return .deviceMapper }
    if try folder.exists("md") { return .raid }
    if try folder.exists("loop") || isNumbered(name, after: "loop") { return .loop }
    return try folder.names(in: "slaves").isEmpty ? .none : .stacked
  }

  /// The folders on the way up from a device to its PCI function; what is above that, its
  /// bridges, says nothing of the disk.
  private static func path(from device: FilePath?, to function: FunctionAddress?) -> [FilePath] {
    var folders: [FilePath] = []
    var current = device ?? FilePath()
    while let name = current.lastComponent?.string {
      folders.append(current)
      if let function, FunctionAddress(name) == function { break }
      current.removeLastComponent()
    }
    return folders
  }
}

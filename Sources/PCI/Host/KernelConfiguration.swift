public import Linux
internal import SystemPackage

/// How the machine's kernel was built, as far as files on device memory depend on it.
public struct KernelConfiguration: Sendable, Hashable {
  /// What is asked of the configuration, by its name there.
  public enum Option: String, Sendable, CaseIterable {
    /// Device memory can have struct pages: without them the driver takes no BAR.
    case zoneDevice = "ZONE_DEVICE"
    /// File systems can be mounted for DAX.
    case fileSystemDAX = "FS_DAX"
    /// Files in DAX mode are mapped by 2 MiB at once.
    case largePages = "FS_DAX_PMD"
    /// The kernel's own drivers do DMA between peers.
    case peerDMA = "PCI_P2PDMA"
    /// There are dma-bufs: what drivers share memory by.
    case sharedBuffers = "DMA_SHARED_BUFFER"
    /// `/dev/mem` does not show the host's memory.
    case guardedMemory = "STRICT_DEVMEM"
    /// `/dev/mem` and `resourceN` in sysfs do not show what a driver has claimed.
    case guardedDevices = "IO_STRICT_DEVMEM"
  }

  private let chosen: Set<Option>

  /// Whether the kernel has an option, built in or as a module.
  public func has(_ option: Option) -> Bool { chosen.contains(option) }

  /// The configuration of a text; nil for one that is none, or that is cut off.
  ///
  /// What a whole one does not mention is off: the conditions of that option do not hold.
  public init?(_ text: [UInt8]) {
    let chosen = text.split(separator: UInt8(ascii: "\n")).filter {
      $0.starts(with: "CONFIG_".utf8)
        && ($0.suffix(2).elementsEqual("=y".utf8) || $0.suffix(2).elementsEqual("=m".utf8))
    }.map { String(decoding: $0.dropFirst("CONFIG_".utf8.count).dropLast(2), as: UTF8.self) }
    guard text.last == UInt8(ascii: "\n"), chosen.contains("PCI") else { return nil }
    self.chosen = Set(chosen.compactMap { Option(rawValue: $0) })
  }

  /// Reads the configuration of a machine's kernel; nil when the machine does not tell.
  ///
  /// The kernel itself tells if it was built to; else distributions keep a copy for each release.
  /// - Parameter release: the kernel's; nil where it is not known.
  public init?(ofRelease release: String?, in root: SystemRoot) {
    var files = ["proc/config.gz"]
    if let release {
      files += ["boot/config-\(release)", "lib/modules/\(release)/config"]
    }
    for file in files {
      guard let bytes = try? root.inflated(FilePath(file), limit: 1 << 24),
        let configuration = KernelConfiguration(bytes)
      else { continue }
      self = configuration
      return
    }
    return nil
  }
}

import FoundationEssentials
import Linux
import SystemPackage
import TestSupport

@testable import Iopmem
@testable import PCI

extension FuzzTarget {
  /// The attributes of a machine with an iopmem device: where its window lies, and who reaches it.
  ///
  /// Records of a file's number, in a byte, a length, in two, and what the file holds instead.
  static let machine = FuzzTarget(
    name: "machine",
    read: { bytes, folder in
      let root = try HostileMachine.made(in: folder)
      var changed: Set<String> = []
      defer { for file in changed { HostileMachine.restore(file, below: root) } }
      var rest = bytes[...]
      while rest.count > 3 {
        let header = Array(rest.prefix(3))
        let file = HostileMachine.files[Int(header[0]) % HostileMachine.files.count]
        let content = rest.dropFirst(3).prefix(Int(header.number(1, 2)))
        changed.insert(file)
        try HostileMachine.write(content, to: root + "/" + file)
        rest = rest.dropFirst(3 + content.count)
      }
      let machine = SystemRoot(FilePath(root))
      for bar in [nil, 0, 2] {
        let windows = WindowSource(root: machine, choices: WindowChoices(bar: bar))
        let window = try answer { () throws(Failure) in
          try windows.window(of: try BlockDevice.number(at: "iopmem0", in: machine))
        }
        if let window { try HostileMachine.hold(window, in: machine) }
        _ = try answer { () throws(Failure) in
          try Check("iopmem0", clients: .all, windows: windows)
        }
      }
      _ = try answer { () throws(Failure) in
        try Inventory(.all, [.content], in: machine).entries.count
      }
    })
}

/// A captured machine whose files are somebody else's.
private enum HostileMachine {
  static let home = "sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0"
  static let disk = home + "/block/iopmem0"

  /// What may be written over, by its number.
  static let files =
    [
      "config", "resource", "vendor", "device", "class", "power_state", "dma_mask_bits",
      "numa_node",
    ]
    .map { home + "/" + $0 }
    + ["abi", "bar", "bus_address", "cpu_address", "length", "data_offset"].map {
      disk + "/iopmem/" + $0
    }
    + ["dev", "size", "ro", "hidden", "queue/dax", "queue/logical_block_size"].map {
      disk + "/" + $0
    }
    + [
      "sys/devices/pci0000:00/0000:00:01.0/config", "sys/devices/pci0000:00/0000:00:01.0/resource",
      "sys/devices/pci0000:00/0000:00:06.0/config",
      "proc/self/mountinfo", "proc/iomem", "proc/cpuinfo", "proc/version",
    ]

  /// The machine's folder, a copy of the captured one.
  static func made(in folder: TestSupport.TemporaryFolder) throws -> String {
    let root = folder("machine")
    if !FileManager.default.fileExists(atPath: root) {
      try FileManager.default.copyItem(
        atPath: Project.folder + "/fixtures/sysroots/iopmem", toPath: root)
    }
    return root
  }

  static func write(_ bytes: some Collection<UInt8>, to path: String) throws {
    let file = try Descriptor(
      FilePath(path), .writeOnly, options: [.create, .truncate],
      permissions: FilePermissions(rawValue: 0o600))
    try file.write(bytes, at: 0)
  }

  private static let originals: [String: [UInt8]] = {
    let root = SystemRoot(FilePath(Project.folder + "/fixtures/sysroots/iopmem"))
    return Dictionary(
      files.compactMap { file in (try? root.bytes(FilePath(file))).map { (file, $0) } },
      uniquingKeysWith: { first, _ in first })
  }()

  /// Takes back what was written over.
  static func restore(_ file: String, below root: String) {
    if let bytes = originals[file] {
      try? write(bytes, to: root + "/" + file)
    } else {
      try? FileManager.default.removeItem(atPath: root + "/" + file)
    }
  }

  /// Holds a window against the line of `resource` and the register of its BAR.
  static func hold(_ window: Window, in root: SystemRoot) throws {
    guard let bar = window.bar else {
      let start = window.start
      return try FuzzTests.hold(
        window.busAddress(of: start) == nil && window.cpuAddress(of: start) == nil,
        "\(window) is in no BAR, and has an address")
    }
    try FuzzTests.hold(window.length > .zero, "\(window) has no bytes")
    let last = BarOffset(window.start.rawValue + window.length.rawValue - 1)
    // What cannot be read cannot contradict the driver; without it there is no window.
    let lines = (try? root.text(FilePath(home + "/resource"))).flatMap { Region.lines($0) } ?? []
    if lines.indices.contains(bar), let region = lines[bar] {
      try FuzzTests.hold(last.rawValue < region.length, "\(window) passes the end of \(region)")
      try FuzzTests.hold(
        window.cpuAddress(of: last)?.rawValue == region.start + last.rawValue,
        "\(window) is not where \(region) is")
    } else {
      try FuzzTests.hold(window.source == .driver, "\(window) is in a BAR that has no region")
    }
    let config = ConfigSpace(try root.bytes(FilePath(home + "/config")))
    if let register = BaseAddressRegister.registers(in: config, at: 0x10, count: 6)[bar] {
      try FuzzTests.hold(
        window.busAddress(of: last)?.rawValue == register.address + last.rawValue,
        "\(window) is not where \(register) says")
    } else {
      try FuzzTests.hold(window.source == .driver, "\(window) is in a BAR that has no register")
    }
  }
}

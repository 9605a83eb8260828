internal import Linux
internal import PCI
internal import SystemPackage

extension WindowResolver {
  /// The window into the BAR that the caller named, unless the driver names another.
  func named(_ device: BlockDevice, _ bar: Int) throws(Failure) -> Window {
    if device.disk.isIopmem, let attributes = try DriverAttributes(of: device.disk, in: root) {
      guard attributes.bar == bar else {
        throw Failure(
          .refused, nil,
          "has a driver that says that BAR \(attributes.bar) holds it, not BAR \(bar)",
          remedy: ways("leave out \(option: .bar)"))
      }
      return try published(device, attributes)
    }
    let function = try provider(of: device.disk)
    let region = try memory(of: function, bar)
    guard device.disk.length.rawValue <= region.length else {
      throw Failure(
        .refused, nil,
        "has a disk longer than BAR \(bar) of \(function.address), which has \(region.length) bytes"
      )
    }
    return try assemble(device, .named, try mapping(of: function, bar, region))
  }

  /// The window into the only BAR that is as long as the disk.
  func inferred(_ device: BlockDevice) throws(Failure) -> Window {
    let function = try provider(of: device.disk)
    let regions = try explain(function) { () throws(Obstacle) in
      try function.checkAnswering()
      return try function.memoryRegions()
    }
    let fitting = regions.filter { $0.region.length == device.disk.length.rawValue }
    guard let (bar, region) = fitting.first else {
      throw Failure(
        .refused, nil,
        "hangs on \(function.address), of which no memory BAR is as long as the disk",
        remedy: ways("give \(option: .bar)"))
    }
    guard fitting.count == 1 else {
      let bars = fitting.map { String($0.bar) }.joined(separator: ", ")
      throw Failure(
        .refused, nil,
        "hangs on \(function.address), of which several BARs are as long as the disk: \(bars)",
        remedy: ways("give \(option: .bar)"))
    }
    return try assemble(device, .inferred, try mapping(of: function, bar, region))
  }

  /// The window that the driver publishes, held against what the function itself says.
  func published(
    _ device: BlockDevice, _ attributes: DriverAttributes
  ) throws(Failure) -> Window {
    let function = try provider(of: device.disk)
    let bar = attributes.bar
    guard let end = try? attributes.dataOffset.advanced(by: device.disk.length),
      end.rawValue <= attributes.length.rawValue
    else { throw Failure(.refused, nil, "has a disk that passes the end of BAR \(bar)") }
    try explain(function) { () throws(Obstacle) in
      try function.checkAnswering()
      // What cannot be read cannot contradict; what can be must not.
      let length = attributes.length.rawValue
      let region = try nilIfIndeterminate { () throws(Obstacle) in
        try function.memoryRegion(bar: bar)
      }
      let bus = try nilIfIndeterminate { () throws(Obstacle) in
        try function.busAddress(bar: bar, length: length)
      }
      if let region, region.start != attributes.cpuAddress || region.length != length {
        throw .contradiction(bar: bar)
      }
      if let bus, bus != attributes.busAddress { throw .contradiction(bar: bar) }
    }
    try attributes.checkWhole()
    try SysfsFolder(device.disk.folder, in: root).checkWhole(["size"])
    return try assemble(
      device, .driver,
      BarMapping(
        function: function.address, index: bar, dataOffset: attributes.dataOffset,
        length: attributes.length, bus: attributes.busAddress, cpu: attributes.cpuAddress))
  }

  /// The function that a disk hangs on.
  private func provider(of disk: Disk) throws(Failure) -> Function {
    guard let address = disk.function else {
      throw Failure(
        .refused, nil, "hangs on no PCI function", remedy: ways("give \(option: .base)"))
    }
    do throws(Errno) {
      if let provider { return try provider.get() }
      return try Function(address, in: root)
    } catch {
      throw Failure(.unknown, nil, "cannot read PCI function \(address)", cause: error)
    }
  }

  private func memory(of function: Function, _ bar: Int) throws(Failure) -> Region {
    try explain(function) { () throws(Obstacle) in
      try function.checkAnswering()
      return try function.memoryRegion(bar: bar)
    }
  }

  /// Where a BAR is mapped, by both its addresses.
  private func mapping(
    of function: Function, _ bar: Int, _ region: Region
  ) throws(Failure) -> BarMapping {
    let bus = try explain(function) { () throws(Obstacle) in
      try function.busAddress(bar: bar, length: region.length)
    }
    return BarMapping(
      function: function.address, index: bar, length: ByteCount(region.length), bus: bus,
      cpu: region.start)
  }

  /// Asks a function, and makes a `Failure` of its obstacle: `unknown` if that is indeterminate.
  private func explain<T>(
    _ function: Function, _ body: () throws(Obstacle) -> T
  ) throws(Failure) -> T {
    do { return try body() } catch {
      throw Failure(
        error.isIndeterminate ? .unknown : .refused, nil,
        "hangs on PCI function \(function.address), which \(error)",
        remedy: error.remedy(for: function))
    }
  }

  /// Asks a function; nil where the answer is indeterminate.
  private func nilIfIndeterminate<T>(_ body: () throws(Obstacle) -> T) throws(Obstacle) -> T? {
    do { return try body() } catch {
      if error.isIndeterminate { return nil }
      throw error
    }
  }
}

extension Obstacle {
  /// What to do about it.
  fileprivate func remedy(for function: Function) -> String? {
    let name = function.address
    return switch self {
    case .decodingOff:
      // A virtual function's own bit is hardwired to 0 (SR-IOV 1.1, section 3.4.1.3).
      if let virtual = function.virtual {
        "turn VF MSE on in the SR-IOV control of its physical function: setpci -s \(virtual.physical) ECAP_SRIOV+8.w=8:8"
      } else {
        "bind a driver, or setpci -s \(name) COMMAND=2:2"
      }
    case .lost:
      BarLoss.remedy(for: name)
    case .asleep: "echo on > /sys/bus/pci/devices/\(name)/power/control"
    case .unreadable, .truncated: ways("give \(option: .base)")
    case .virtual: ways("run as root", "give \(option: .base)")
    case .gone, .absent, .notMemory, .unassigned, .contradiction: nil
    }
  }
}

internal import SystemPackage

extension Function {
  /// Checks that the function answers at its memory BARs, as far as it can be read.
  /// - Throws: `gone`, `asleep`, `decodingOff`, `lost`, and `unreadable` for a power state that is none.
  public func checkAnswering() throws(Obstacle) {
    if case .success(let config) = config, config.isGone { throw .gone }
    if powerState.isAsleep { throw .asleep(powerState) }
    if powerState == .error { throw .unreadable(file: "power_state", .badMessage) }
    if let virtual {
      // A virtual function's own COMMAND has no such bit.
      if let sriov = try? virtual.config.get().virtualization, !sriov.decodesMemory {
        throw .decodingOff
      }
    } else if case .success(let config) = config, let command = config.command,
      !command.contains(.memory)
    {
      throw config.hasEmptyRegisters ? .lost : .decodingOff
    }
  }

  /// Where the host sees a memory BAR.
  /// - Parameter bar: its index, 0 … 5.
  /// - Throws: `unreadable`, `absent`, `notMemory`, `unassigned`.
  public func memoryRegion(bar: Int) throws(Obstacle) -> Region {
    let regions: [Region?]
    do { regions = try self.regions.get() } catch {
      throw .unreadable(file: "resource", error)
    }
    guard (0...5).contains(bar), bar < regions.count, let region = regions[bar] else {
      throw .absent(bar: bar)
    }
    guard region.flags.contains(.memory) else { throw .notMemory(bar: bar) }
    guard region.isAssigned else { throw .unassigned(bar: bar) }
    return region
  }

  /// The memory BARs that have an address.
  /// - Throws: `unreadable`, too where the file ends before the last BAR's line.
  public func memoryRegions() throws(Obstacle) -> [(bar: Int, region: Region)] {
    if case .success(let regions) = regions, regions.count < 6 {
      throw .unreadable(file: "resource", .badMessage)
    }
    var found: [(bar: Int, region: Region)] = []
    for bar in 0...5 {
      do {
        found.append((bar, try memoryRegion(bar: bar)))
      } catch {
        if error.isIndeterminate { throw error }
      }
    }
    return found
  }

  /// The bus address of a memory BAR's first byte: what the register decodes.
  /// - Parameters:
  ///   - bar: its index, 0 … 5.
  ///   - length: how long the kernel believes it to be, in bytes.
  /// - Throws: `unreadable`, `truncated`, `virtual`, `absent`, `notMemory`, `unassigned`, and
  ///   `contradiction` when the register is not aligned to the length, as every BAR is.
  public func busAddress(bar: Int, length: UInt64) throws(Obstacle) -> UInt64 {
    let register =
      if let virtual {
        try virtual.register(bar: bar, length: length)
      } else {
        try self.register(bar: bar)
      }
    guard register.kind != .io else { throw .notMemory(bar: bar) }
    guard register.address != 0 else { throw .unassigned(bar: bar) }
    guard length != 0, register.address % length == 0 else { throw .contradiction(bar: bar) }
    return register.address
  }

  /// A BAR register of the function's own.
  private func register(bar: Int) throws(Obstacle) -> BaseAddressRegister {
    let config: ConfigSpace
    do { config = try self.config.get() } catch { throw .unreadable(file: "config", error) }
    guard config.bytes.count >= ConfigSpace.headerLength else {
      throw .truncated(length: config.bytes.count)
    }
    guard let layout = config.layout, (0..<layout.registerCount).contains(bar) else {
      throw .absent(bar: bar)
    }
    let registers = BaseAddressRegister.registers(in: config, at: 0x10, count: layout.registerCount)
    guard let register = registers[bar] else { throw .contradiction(bar: bar) }
    return register
  }
}

extension VirtualFunction {
  /// What this virtual function's share of an SR-IOV BAR decodes.
  /// - Parameter length: the share's length.
  func register(bar: Int, length: UInt64) throws(Obstacle) -> BaseAddressRegister {
    guard let number, let sriov = try? config.get().virtualization, number < sriov.count,
      sriov.registers.indices.contains(bar), let first = sriov.registers[bar]
    else { throw .virtual(of: physical) }
    let (distance, overflow) = length.multipliedReportingOverflow(by: UInt64(number))
    let (address, wrapped) = first.address.addingReportingOverflow(distance)
    guard !overflow, !wrapped, first.address != 0 else { throw .unassigned(bar: bar) }
    return BaseAddressRegister(
      kind: first.kind, isPrefetchable: first.isPrefetchable, address: address)
  }
}

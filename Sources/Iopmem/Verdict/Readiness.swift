internal import Linux
public import PCI
internal import SystemPackage

/// Whether a block device's memory is such that peers can be given its addresses at all.
public struct Readiness: Sendable {
  /// The block device.
  public let device: BlockDevice
  /// Where its bytes lie, or why that is not known.
  public let window: Result<Window, Failure>
  /// The findings, in the order of the checks.
  public let findings: [Finding]
  /// The memory that clients are to reach; nil for a device that hangs on no function.
  public let target: Target?
  /// How the kernel was built; nil when the machine does not tell.
  public let kernel: KernelConfiguration?
  /// How the processor's accesses reach the memory; nil when the machine does not tell.
  public let cacheMode: CacheMode?

  /// Looks at a device.
  /// - Parameter provider: the function that the device hangs on, if it was read already.
  init(
    of device: BlockDevice, _ windows: WindowSource, _ facts: MachineFacts, provider: Function?
  ) {
    self.device = device
    let provider =
      provider.map { .success($0) }
      ?? device.disk.function.map { address in
        Result { () throws(Errno) in try Function(address, in: windows.root) }
      }
    let window = Result { () throws(Failure) in
      try WindowResolver(windows.root, provider: provider)
        .window(of: device, choices: windows.choices)
    }
    self.window = window
    var target: Target?
    var findings: [Finding] = []
    switch window {
    case .success(let window):
      target = Target(window) ?? Self.unplaced(window, of: device)
      findings +=
        Self.alignmentFindings(of: window)
        + Self.neighbourFindings(
          of: window, in: try? provider?.get(), facts.kernel, windows.root)
      findings += Self.addressWidthFindings(of: window, facts.processor)
    case .failure(let failure):
      let finding = Self.finding(failure)
      target = device.disk.function.map { Target($0) }
      target?.finding = finding
      findings.append(finding)
    }
    if target == nil {
      findings.append(
        Finding(
          .givenWindow, .warning, nil,
          "\(device.disk.name) hangs on no PCI function: no client can be judged"))
    }
    kernel = KernelConfiguration(ofRelease: facts.release, in: windows.root)
    cacheMode = target?.cpu.flatMap { CacheMode(of: $0, in: windows.root) }
    findings +=
      Self.driverFindings(of: device, provider: try? provider?.get(), windows.root)
      + Self.kernelFindings(kernel, facts.processor)
    if target?.cpu != nil { findings += Self.cacheFindings(cacheMode, of: device.disk) }
    findings += Self.bufferFindings(of: device.disk, facts.kernel, windows.root)
    findings += Self.contentFindings(of: device, in: windows.root)
    self.target = target
    self.findings = findings
  }

  /// The function of a device whose window, as given, is in no function: it cannot be known where
  /// a client's requests to such addresses go.
  private static func unplaced(_ window: Window, of device: BlockDevice) -> Target? {
    guard let function = device.disk.function else { return nil }
    var target = Target(function)
    target.finding = Finding(
      .windowUnknown, .unknown, nil, "the device's window is in no PCI function",
      remedy: window.source == .given ? ways("leave out \(option: .base)") : nil)
    return target
  }

  /// Makes a finding of why the device has no window.
  private static func finding(_ failure: Failure) -> Finding {
    let isUnknown = failure.code == .unknown
    var bare = failure
    bare.remedy = nil
    return Finding(
      isUnknown ? .windowUnknown : .windowRefused, isUnknown ? .unknown : .refusal, nil,
      "the device \(bare.sentence)", remedy: failure.remedy)
  }

  /// Findings about a driver that is not iopmem's, or offers no DAX.
  private static func driverFindings(
    of device: BlockDevice, provider: Function?, _ root: SystemRoot
  ) -> [Finding] {
    let disk = device.disk
    var findings: [Finding] = []
    if !disk.isIopmem && !disk.isPmem {
      let driver =
        disk.driver.map { "is driven by \($0), not by iopmem" }
        ?? "\(disk.function == nil ? "\(disk.name) " : "")has no driver that is known"
      findings.append(
        Finding(
          .foreignDriver, .warning, disk.function, driver,
          remedy: isBindable(device, provider, root)
            ? disk.function.map { "iopmem bind \($0)" } : nil
        ))
    }
    switch disk.hasDAX {
    case true?: break
    case false?:
      findings.append(
        Finding(
          .notDAX, .warning, disk.function,
          "offers no DAX: the page cache stands between files and its memory"))
    case nil:
      findings.append(
        Finding(.daxUnseen, .note, disk.function, "does not tell whether it offers DAX"))
    }
    return findings
  }

  /// Whether to advise binding the function of a disk that another driver has: the BAR of a disk, a
  /// network or a graphics card holds registers, and a file system written there is their end.
  private static func isBindable(
    _ device: BlockDevice, _ provider: Function?, _ root: SystemRoot
  ) -> Bool {
    guard provider?.classCode?.mayBeMemory == true, !device.isPartition else { return false }
    let use = DeviceUse(root: root)
    return (try? use.holders(of: device.number))?.isEmpty == true
      && use.isPartitioned(device.number) == false
  }

  /// Findings about a device that does not begin at a multiple of 2 MiB, as DAX maps at once.
  private static func alignmentFindings(of window: Window) -> [Finding] {
    guard let address = window.cpuAddress(of: window.start)?.rawValue,
      !ByteCount(address).isMultiple(of: .pmd)
    else { return [] }
    return [
      Finding(
        .misaligned, .warning, window.function,
        "begins at no multiple of 2 MiB: its files are mapped by small pages",
        remedy: "begin partitions at multiples of 2 MiB")
    ]
  }

  /// Findings about other memory so near that the kernel cannot make pages for both: in one section
  /// of 128 MiB before Linux 5.3, in one subsection of 2 MiB since (linux/mmzone.h).
  private static func neighbourFindings(
    of window: Window, in provider: Function?, _ kernel: KernelVersion?, _ root: SystemRoot
  ) -> [Finding] {
    guard let function = window.function, let bar = window.bar,
      let own = try? provider?.memoryRegion(bar: bar)
    else { return [] }
    let section: UInt64 = kernel.map { $0 < KernelVersion(5, 3) } ?? false ? 128 << 20 : 2 << 20
    // A BAR of whole sections has no room for others in them, and a machine has many to look at.
    if own.start.isMultiple(of: section), own.length.isMultiple(of: section) { return [] }
    let first = own.start / section
    let last = (own.start + (own.length - 1)) / section
    let near = ((try? Region.memory(in: root)) ?? []).filter { other in
      (other.function != function || other.bar != bar) && other.region.start / section <= last
        && (other.region.start + (other.region.length - 1)) / section >= first
    }
    return near.prefix(1).map { other in
      Finding(
        .sharedSection, .warning, function,
        "shares \(section >> 20) MiB with BAR \(other.bar) of \(other.function), of which the kernel makes pages as one",
        remedy: "give the BAR a place of its own, by a rescan or pci=resource_alignment=")
    }
  }

  /// Findings about a BAR beyond the processor's address bits.
  private static func addressWidthFindings(
    of window: Window, _ processor: Processor?
  ) -> [Finding] {
    guard let bits = processor?.addressBits, (1..<64).contains(bits),
      let last = Target(window)?.cpu?.upperBound, last >> UInt64(bits) != 0
    else { return [] }
    return [
      Finding(
        .addressWidth, .refusal, window.function,
        "lies beyond the \(bits) bits of physical addresses that the processor has",
        remedy: "give the BAR a lower address, by a setting of the BIOS")
    ]
  }
}

public import Linux
internal import PCI
internal import SystemPackage

/// Finds where the bytes of a block device lie, or refuses; it never guesses.
public struct WindowResolver: Sendable {
  let root: SystemRoot
  /// The function that the disk hangs on, if it was read already.
  let provider: Result<Function, Errno>?

  /// A resolver for a machine.
  public init(_ root: SystemRoot = SystemRoot()) { self.init(root, provider: nil) }

  /// A resolver for devices that hang on a function which was read already.
  init(_ root: SystemRoot, provider: Result<Function, Errno>?) {
    self.root = root
    self.provider = provider
  }

  /// Where the bytes of a block device lie.
  /// - Throws: `refused` when the addresses would be wrong or are not to be had for this kind of
  ///   device, `unknown` when the machine does not tell.
  public func window(
    of number: DeviceNumber, choices: WindowChoices = WindowChoices()
  ) throws(Failure) -> Window {
    try window(of: try BlockDevice(number, in: root), choices: choices)
  }

  /// Where the bytes of a block device that has been read lie.
  public func window(
    of device: BlockDevice, choices: WindowChoices = WindowChoices()
  ) throws(Failure) -> Window {
    do {
      return try resolve(device, choices)
    } catch {
      var failure = error
      failure.subject = failure.subject ?? device.path
      throw failure
    }
  }

  private func resolve(
    _ device: BlockDevice, _ choices: WindowChoices
  ) throws(Failure) -> Window {
    try checkUnderstood(device)
    try choices.expectBase(nil)
    switch (choices.base, choices.bar) {
    case (_?, _?):
      throw Failure(.refused, nil, "a base address and a BAR at once", remedy: "give one of them")
    case (let base?, nil):
      return try assemble(
        device, .given, BarMapping(length: device.disk.length, bus: base, cpu: nil))
    case (nil, let bar?):
      return try named(device, bar)
    case (nil, nil):
      return try discovered(device)
    }
  }

  /// Checks that the device's blocks are where its own disk's are.
  private func checkUnderstood(_ device: BlockDevice) throws(Failure) {
    if let refusal = device.disk.layer.refusal { throw Failure(.refused, nil, refusal) }
    guard device.length > .zero else { throw Failure(.refused, nil, "has no length") }
  }

  /// Finds the window by what the machine tells, where the caller chose nothing.
  private func discovered(_ device: BlockDevice) throws(Failure) -> Window {
    let disk = device.disk
    if disk.layer == .loop {
      throw Failure(
        .refused, nil, "is a loop device: a file has no addresses",
        remedy: ways("give \(option: .base)"))
    }
    if disk.isPmem { return try pmem(device) }
    guard disk.isIopmem else {
      let driver = disk.driver.map { "is driven by \($0), not by iopmem" } ?? "is no iopmem disk"
      throw Failure(
        .refused, nil, "\(driver): no BAR is known to hold its bytes",
        remedy: disk.function == nil
          ? ways("give \(option: .base)") : ways("give \(option: .base)", "\(option: .bar)"))
    }
    guard let attributes = try DriverAttributes(of: disk, in: root) else {
      return try inferred(device)
    }
    return try published(device, attributes)
  }

  /// A window into a BAR, or into a disk that has none.
  func assemble(
    _ device: BlockDevice, _ source: Window.Source, _ bar: BarMapping
  ) throws(Failure) -> Window {
    do {
      return try Window(
        source: source, function: bar.function, bar: bar.index,
        start: bar.dataOffset.advanced(by: ByteCount(device.start.rawValue)),
        length: device.length, barLength: bar.length, busBase: bar.bus, cpuBase: bar.cpu)
    } catch {
      throw Failure(
        .refused, nil,
        bar.index.map { "passes the end of BAR \($0), or that one the end of the address space" }
          ?? "passes the end of the address space")
    }
  }
}

public import Linux
public import PCI
internal import SystemPackage

/// Finds a PCI function by what it is: `VENDOR:DEVICE` or `VENDOR:DEVICE:SLOT`, as in `10ee:903f:3`.
///
/// Addresses can change when a card is added; these do not. The slot is a name that the firmware or
/// the slot's driver gave: /sys/bus/pci/slots, see Documentation/ABI/testing/sysfs-bus-pci.
public struct FunctionMatch: Hashable, Sendable, CustomStringConvertible {
  /// The maker's number.
  public let vendor: UInt16
  /// The maker's number for the device.
  public let device: UInt16
  /// The slot that it is in; nil for any.
  public let slot: String?

  /// The match of this writing; nil for any other.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count), let vendor = Self.number(parts[0]),
      let device = Self.number(parts[1])
    else { return nil }
    slot = parts.count == 3 ? String(parts[2]) : nil
    if let slot, !KernelName.isOne(slot) { return nil }
    self.vendor = vendor
    self.device = device
  }

  private static func number(_ text: some StringProtocol) -> UInt16? {
    guard text.utf8.count == 4 else { return nil }
    return Hex.number(text.utf8).flatMap { UInt16(exactly: $0) }
  }

  /// The writing that `init` takes.
  public var description: String {
    let numbers = Hex.text(vendor, width: 4) + ":" + Hex.text(device, width: 4)
    return numbers + (slot.map { ":" + $0 } ?? "")
  }

  /// The one function of a machine that fits.
  /// - Throws: `refused` where none fits, or several do, with those; `unknown` where what a function
  ///   is cannot be read.
  public func resolve(in root: SystemRoot) throws(Failure) -> FunctionAddress {
    let subject = FilePath(description)
    let alike = try functionsAlike(in: root)
    let fitting: [FunctionAddress]
    if let slot {
      let place = try place(of: slot, in: root)
      fitting = alike.filter { function in
        place.map {
          (function.domain, function.bus, function.device) == ($0.domain, $0.bus, $0.device)
        } ?? false
      }
    } else {
      fitting = alike
    }
    if let only = fitting.first, fitting.count == 1 { return only }
    guard fitting.isEmpty else {
      throw Failure(
        .refused, subject, "fits several functions: \(Self.list(fitting))",
        remedy: "name the slot too, or the address")
    }
    throw Failure(
      .refused, subject,
      alike.isEmpty
        ? "fits no function of this machine"
        : "fits no function in that slot, and without it \(Self.list(alike))",
      remedy: "see lspci -nn, and /sys/bus/pci/slots")
  }

  private static func list(_ functions: [FunctionAddress]) -> String {
    let names = functions.prefix(8).map(\.description).joined(separator: ", ")
    return names + (functions.count > 8 ? " and \(functions.count - 8) more" : "")
  }

  /// The functions with these numbers, in whatever slot.
  private func functionsAlike(in root: SystemRoot) throws(Failure) -> [FunctionAddress] {
    let folder: FilePath = "sys/bus/pci/devices"
    let names = try explain(root.absolute(folder), "cannot be listed") { () throws(Errno) in
      try root.names(in: folder)
    }
    var functions: [FunctionAddress] = []
    for name in names {
      guard let address = FunctionAddress(name) else { continue }
      let own = folder.appending(name)
      guard let vendor = try Self.number("vendor", of: own, in: root),
        let device = try Self.number("device", of: own, in: root)
      else { continue }
      if vendor == self.vendor, device == self.device { functions.append(address) }
    }
    return functions.sorted()
  }

  /// A number of a function; nil for one that went away.
  private static func number(
    _ name: String, of folder: FilePath, in root: SystemRoot
  ) throws(Failure) -> UInt16? {
    let file = folder.appending(name)
    do throws(Errno) {
      let text = try root.text(file)
      guard text.hasPrefix("0x"), let number = number(text.dropFirst(2)) else { throw .badMessage }
      return number
    } catch {
      if error.saysVanished, (try? root.exists(folder)) == false { return nil }
      throw Failure(
        .unknown, root.absolute(file), "cannot be read, so which functions fit is not known",
        cause: error)
    }
  }

  /// Where a slot is: its function 0; nil where there is no such slot.
  private func place(
    of slot: String, in root: SystemRoot
  ) throws(Failure) -> FunctionAddress? {
    let file = FilePath("sys/bus/pci/slots").appending(slot).appending("address")
    do throws(Errno) {
      // As DOMAIN:BUS:DEVICE, drivers/pci/slot.c; without the device for a slot of a whole bus.
      guard let place = FunctionAddress(try root.text(file) + ".0") else { throw .badMessage }
      return place
    } catch {
      if error == .noSuchFileOrDirectory { return nil }
      throw Failure(.unknown, root.absolute(file), "cannot be read", cause: error)
    }
  }
}

public import Linux
public import SystemPackage

/// Who made a PCI function, and which of the maker's devices it is, by numbers.
public struct FunctionIdentity: Hashable, Sendable {
  /// The maker.
  public let vendor: UInt16
  /// The maker's number for the device.
  public let device: UInt16

  /// An identity of these numbers.
  public init(vendor: UInt16, device: UInt16) {
    self.vendor = vendor
    self.device = device
  }

  /// Reads what the kernel says of a function: `vendor` and `device`,
  /// Documentation/PCI/sysfs-pci.rst.
  /// - Throws: `Errno` when it cannot be read, `badMessage` when it is no number of 16 bits.
  public init(of address: FunctionAddress, in root: SystemRoot) throws(Errno) {
    let folder = try Function.home(of: address, in: root)
    vendor = try Self.number("vendor", of: folder, in: root)
    device = try Self.number("device", of: folder, in: root)
  }

  private static func number(
    _ name: String, of folder: FilePath, in root: SystemRoot
  ) throws(Errno) -> UInt16 {
    guard let number = SysfsNumber.hex(try root.text(folder.appending(name))),
      let number = UInt16(exactly: number)
    else { throw .badMessage }
    return number
  }
}

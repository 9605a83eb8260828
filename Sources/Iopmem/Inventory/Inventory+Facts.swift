public import PCI

extension Inventory {
  /// What is to be found out of each device, since some of it costs time or needs rights.
  public struct Facts: OptionSet, Sendable {
    /// The bits.
    public let rawValue: UInt8

    /// A set of these bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Where the bytes lie.
    public static let window = Facts(rawValue: 1 << 0)
    /// What file system the device holds: opens the device.
    public static let content = Facts(rawValue: 1 << 1)
    /// How much of the file system is free, and where: reads its bitmaps.
    public static let space = Facts(rawValue: 1 << 2)
    /// Which files there are, and how they lie: reads every directory.
    public static let files = Facts(rawValue: 1 << 3)
    /// How many leases the driver has given: asks it.
    public static let leases = Facts(rawValue: 1 << 4)
    /// Who made the PCI function.
    public static let identity = Facts(rawValue: 1 << 5)
    /// All of it.
    public static let all: Facts = [.window, .content, .space, .files, .leases, .identity]
  }

  /// Who made a device's PCI function, by numbers and, as far as pci.ids(5) says, by names.
  public struct Identity: Sendable, Hashable {
    /// The numbers.
    public let numbers: FunctionIdentity
    /// The maker's name; nil where the list of names has none.
    public let vendor: String?
    /// The device's name; nil where the list of names has none.
    public let device: String?

    init(_ numbers: FunctionIdentity, _ names: DeviceNames) {
      self.numbers = numbers
      (vendor, device) = names.names(of: numbers)
    }
  }
}

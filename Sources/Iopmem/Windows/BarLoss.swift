internal import PCI

/// What to do about a function whose BARs a reset has cleared.
enum BarLoss {
  /// Says how to have addresses assigned again, which the kernel does on discovery only: Documentation/ABI/testing/sysfs-bus-pci,
  /// `remove` and `rescan`.
  static func remedy(for function: FunctionAddress) -> String {
    "have its BARs assigned anew: echo 1 > /sys/bus/pci/devices/\(function)/remove, then echo 1 > /sys/bus/pci/rescan"
  }
}

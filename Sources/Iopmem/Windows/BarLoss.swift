internal import PCI

/// What is to be done about a function that a reset took its BARs from.
enum BarLoss {
  /// The kernel gives it addresses only as it finds it: Documentation/ABI/testing/sysfs-bus-pci,
  /// `remove` and `rescan`.
  static func remedy(for function: FunctionAddress) -> String {
    "have its BARs assigned anew: echo 1 > /sys/bus/pci/devices/\(function)/remove, then echo 1 > /sys/bus/pci/rescan"
  }
}

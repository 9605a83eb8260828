internal import Linux
internal import SystemPackage

extension Function {
  /// The power state as the kernel tells it; nil where it does not, `error` for an unknown one.
  static func toldPowerState(_ folder: FilePath, in root: SystemRoot) -> PowerState? {
    do {
      return PowerState(rawValue: try root.text(folder.entry("power_state"))) ?? .error
    } catch {
      return error.saysVanished ? nil : .error
    }
  }
}

extension Function.PowerState {
  /// Joins the power state that the kernel tells with the one in the function's register.
  ///
  /// The kernel does not hear of what others write to the register, and says `unknown` until a
  /// driver has asked (`pci_setup_device`, drivers/pci/probe.c). A function without power
  /// management is always awake.
  init(told: Self?, shownBy config: ConfigSpace?) {
    if let told, told.isAsleep || told == .error {
      self = told
    } else if let shown = config?.powerState {
      self = shown
    } else if case .absent? = config?.searchStandard(for: 0x01) {
      self = .awake
    } else {
      self = told ?? .unknown
    }
  }
}

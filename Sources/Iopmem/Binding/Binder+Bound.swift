internal import Linux
internal import PCI
internal import SystemPackage

extension Binder {
  /// Checks that a function that the driver has is bound with a BAR.
  /// - Throws: `refused` if it is with another, `unknown` if the driver does not tell.
  func expectBound(_ address: FunctionAddress, with bar: Int) throws(Failure) {
    let subject = FilePath(address.description)
    var found: DriverAttributes?
    if let path = try boundDevice(of: address) {
      let device = try BlockDevice(BlockDevice.number(at: path, in: root), in: root)
      found = try DriverAttributes(of: device.disk, in: root)
    }
    guard let found else {
      throw Failure(.unknown, subject, "is bound, and does not tell with which BAR")
    }
    guard found.bar == bar else {
      throw Failure(
        .refused, subject, "is bound with BAR \(found.bar), not \(bar)",
        remedy: "unbind it first, see iopmem-unbind(8)"
      ).named(.differs)
    }
  }

  /// Plans to take back that a function without a driver is for this one, as a run leaves it that was
  /// killed between two steps; empty if it is not.
  func withdrawalOfPreference(for address: FunctionAddress) throws(Failure) -> BindingPlan {
    let preference = folder(address).appending("driver_override")
    var plan = BindingPlan()
    guard try isThere(preference), try setting(preference) == "iopmem" else { return plan }
    plan.steps = [step("", preference)]
    return plan
  }
}

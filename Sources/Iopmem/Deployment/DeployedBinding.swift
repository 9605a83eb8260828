internal import Linux
internal import PCI
internal import SystemPackage

/// Binds functions to the driver, and finds their block devices.
struct DeployedBinding {
  let root: SystemRoot
  let plans: Bool

  private var binder: Binder { Binder(root) }

  /// Binds a function, unless it is bound as declared.
  func deploy(_ function: DeployedFunction) throws(Failure) -> DeployedItem {
    let address = try function.name.resolve(in: root)
    let subject = FilePath(address.description)
    if try binder.boundDevice(of: address) != nil {
      if let bar = function.bar { try binder.expectBound(address, with: bar) }
      return DeployedItem(.function, subject, .ok)
    }
    let plan = try binder.bindingPlan(for: address, bar: function.bar)
    let item = DeployedItem(.function, subject, .created)
    if plans { return item }
    _ = try binder.bind(address, by: plan)
    return item
  }

  /// The block device that holds a file system.
  func path(of device: DeployedFileSystem.Device) throws(Failure) -> FilePath {
    switch device {
    case .path(let path), .image(let path): return path
    case .function(let name):
      let address = try name.resolve(in: root)
      guard let path = try binder.boundDevice(of: address) else {
        throw Failure(
          .failed, FilePath(address.description), "is not bound to iopmem",
          remedy: "declare it among the functions, or bind it")
      }
      return path
    }
  }
}

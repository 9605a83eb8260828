public import Linux
public import SystemPackage

extension FunctionAddress {
  /// The PCI function that a device hangs on: the nearest one on the way up from its folder.
  ///
  /// An NVMe disk's own folder is two levels below its function's, a virtio disk's one.
  /// - Parameter folder: the device's folder, with every link resolved.
  public init?(above folder: FilePath, in root: SystemRoot) {
    var candidate = folder
    while let name = candidate.lastComponent?.string {
      if let address = FunctionAddress(name),
        (try? root.resolved(Function.folder(of: address))) == candidate
      {
        self = address
        return
      }
      candidate.removeLastComponent()
    }
    return nil
  }
}

public import Linux
public import SystemPackage

extension Function {
  /// The files of sysfs that tell where a function's BARs are and whether it answers there, and
  /// which of their bytes do: the fewest that show a change, since they are read again and again.
  ///
  /// What cannot be found out is left out, as where `config` may be read only in part.
  public static func barFiles(
    of address: FunctionAddress, in root: SystemRoot
  ) -> [(file: FilePath, bytes: Range<UInt64>?)] {
    let home = folder(of: address)
    var files: [(file: FilePath, bytes: Range<UInt64>?)] = [
      (home.appending("resource"), nil), (home.appending("power_state"), nil),
    ]
    guard let folder = try? self.home(of: address, in: root) else { return files }
    if let virtual = VirtualFunction(address, folder, in: root) {
      // Its registers are the physical function's: `VF Control` and the VF BARs.
      guard let offset = try? virtual.config.get().extendedCapability(0x0010) else { return files }
      let config = self.folder(of: virtual.physical).appending("config")
      let start = UInt64(offset)
      files += [
        (config, start + 0x08..<start + 0x0A), (config, start + 0x24..<start + 0x3C),
      ]
    } else if let layout = try? config(folder, in: root).get().layout {
      let config = home.appending("config")
      // COMMAND, and the registers.
      files += [(config, 0x04..<0x06), (config, 0x10..<0x10 + 4 * UInt64(layout.registerCount))]
    }
    return files
  }
}

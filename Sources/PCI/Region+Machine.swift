public import Linux
public import SystemPackage

extension Region {
  /// A function's memory BAR.
  public struct Owned: Sendable, Hashable {
    /// The function.
    public let function: FunctionAddress
    /// The BAR's index.
    public let bar: Int
    /// Where it lies.
    public let region: Region
  }

  /// Every memory BAR of a machine that has an address, as far as it can be read.
  /// - Throws: when the machine's list of functions cannot be read.
  public static func memory(in root: SystemRoot) throws(Errno) -> [Owned] {
    let folder: FilePath = "sys/bus/pci/devices"
    return try root.names(in: folder).flatMap { name -> [Owned] in
      guard let function = FunctionAddress(name),
        let home = try? Function.home(of: function, in: root),
        let text = try? root.text(home.appending("resource")),
        let regions = Region.lines(text)
      else { return [] }
      return regions.prefix(6).enumerated().compactMap { bar, region in
        guard let region, region.flags.contains(.memory), region.isAssigned else { return nil }
        return Owned(function: function, bar: bar, region: region)
      }
    }
  }
}

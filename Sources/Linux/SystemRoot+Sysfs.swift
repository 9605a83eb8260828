public import SystemPackage

extension SystemRoot {
  /// The last name of where a link leads, as of `driver` or `subsystem`; nil where there is none.
  public func linkName(_ link: FilePath) -> String? {
    (try? resolved(link))?.lastComponent?.string
  }

  /// The NUMA node of a device's folder; nil where the machine does not say, which the kernel
  /// writes as -1.
  public func numaNode(of folder: FilePath) -> Int? {
    (try? text(folder.appending("numa_node"))).flatMap { SysfsNumber.decimal($0) }
      .flatMap(Int.init(exactly:))
  }
}

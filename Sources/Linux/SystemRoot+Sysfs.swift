internal import CLinux
public import SystemPackage

extension SystemRoot {
  /// The last name of what a link holds, as of `driver` or `subsystem`; nil where there is none.
  ///
  /// What it leads to need not be there: a captured machine has no folders of drivers. The
  /// corresponding C function is `readlink`.
  public func linkName(_ link: FilePath) -> String? {
    var buffer = [CChar](repeating: 0, count: 4096)
    let capacity = buffer.count
    let length = unsafe absolute(link).withPlatformString {
      unsafe readlink($0, &buffer, capacity)
    }
    guard length > 0, length < capacity else { return nil }
    return FilePath(bytes: buffer.prefix(length).map(UInt8.init(bitPattern:))).lastComponent?.string
  }

  /// The NUMA node of a device's folder; nil where the machine does not say, which the kernel
  /// writes as -1.
  public func numaNode(of folder: FilePath) -> Int? {
    (try? text(folder.appending("numa_node"))).flatMap { SysfsNumber.decimal($0) }
      .flatMap(Int.init(exactly:))
  }
}

internal import Linux
public import SystemPackage

/// What makes a function a virtual one: it has no BAR registers of its own, and its physical
/// function's SR-IOV capability decodes its addresses.
public struct VirtualFunction: Sendable {
  /// The physical function.
  public let physical: FunctionAddress
  /// Which of its virtual functions this is, from 0; nil when the kernel does not say.
  public let number: Int?
  /// The physical function's configuration space.
  public let config: Result<ConfigSpace, Errno>

  /// Reads the links between the two; nil for a function that is not virtual.
  init?(_ address: FunctionAddress, _ folder: FilePath, in root: SystemRoot) {
    guard let name = root.link("physfn", in: folder).name,
      let physical = FunctionAddress(name)
    else { return nil }
    self.physical = physical
    let home: FilePath
    do { home = try Function.home(of: physical, in: root) } catch {
      (number, config) = (nil, .failure(error))
      return
    }
    number = (try? root.names(in: home))?.filter { $0.hasPrefix("virtfn") }
      .filter { root.link($0, in: home).name == address.description }
      .compactMap { Int($0.dropFirst("virtfn".count)) }.first { $0 >= 0 }
    config = Function.config(home, in: root)
  }
}

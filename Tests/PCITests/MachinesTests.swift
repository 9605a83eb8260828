import Linux
import PCI
import SystemPackage
import TestSupport
import Testing

/// Public captured machines, too large to keep here: `IOPMEM_MACHINES` names their folder.
@Suite(
  .enabled(
    if: Project.environment("IOPMEM_MACHINES") != nil,
    "IOPMEM_MACHINES names no folder of captured machines"))
struct MachinesTests {
  private func machines() throws -> [SystemRoot] {
    let folder = FilePath(try #require(Project.environment("IOPMEM_MACHINES")))
    let all = SystemRoot(folder)
    return try all.names(in: "").filter { !$0.contains(".") }.flatMap { set in
      try all.names(in: FilePath(set)).map { SystemRoot(folder.appending(set).appending($0)) }
    }
  }

  /// They are x86 machines, on which bus address and CPU-physical address are the same.
  @Test func everyFunctionIsReadWithoutATrap() throws {
    var functions = 0
    var told = 0
    for root in try machines() {
      for name in try root.names(in: "sys/bus/pci/devices") {
        let address = try #require(FunctionAddress(name))
        #expect(address.description == name)
        let function = try Function(address, in: root)
        functions += 1
        if case .failure = function.regions { continue }
        for (bar, region) in try function.memoryRegions() {
          do {
            let bus = try function.busAddress(bar: bar, length: region.length)
            #expect(bus == region.start, "\(root.path) \(name) BAR \(bar)")
            told += 1
          } catch {
            #expect(!error.description.isEmpty)
          }
        }
      }
    }
    #expect(functions > 100)
    #expect(told > 100)
  }
}

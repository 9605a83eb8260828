import Iopmem
import Linux
import SystemPackage
import TestSupport
import Testing

@Suite struct PmemTests {
  /// A machine with a disk on an NVDIMM device of a name.
  private func machine(_ disk: String, on device: String) throws -> Sysroot {
    let machine = try Sysroot()
    let home = "sys/devices/ndbus0/region0/\(device)"
    try machine.put("0x240200000\n", at: home + "/resource")
    try machine.put("4194304\n", at: home + "/size")
    try machine.link(home + "/subsystem", to: "../../../../bus/nd")
    let block = home + "/block/" + disk
    try machine.put("8192\n", at: block + "/size")
    try machine.put("0\n", at: block + "/ro")
    try machine.link(block + "/device", to: "../../../\(device)")
    try machine.link("sys/dev/block/259:0", to: "../../../\(block)")
    return machine
  }

  private func window(_ machine: Sysroot, _ choices: WindowChoices = WindowChoices()) throws
    -> Window
  {
    try WindowResolver(SystemRoot(FilePath(machine.path))).window(
      of: DeviceNumber(major: 259, minor: 0), choices: choices)
  }

  @Test(arguments: ["namespace0.0", "pfn0.1"])
  func addressOfTheDataAlone(_ device: String) throws {
    let window = try window(try machine("pmem0", on: device))
    #expect(window.source == .pmem)
    #expect(window.bar == nil)
    #expect(window.busAddress(of: window.start) == nil)
    #expect(window.cpuAddress(of: window.start)?.rawValue == 0x2_4020_0000)
  }

  @Test(arguments: ["btt0.0", "dax0.0"])
  func otherModes(_ device: String) throws {
    let failure = #expect(throws: Failure.self) { try window(try machine("pmem0s", on: device)) }
    #expect(failure?.code == .refused)
  }

  @Test func resourceNeedsRoot() throws {
    let machine = try machine("pmem0", on: "namespace0.0")
    try machine.remove("sys/devices/ndbus0/region0/namespace0.0/resource")
    let failure = #expect(throws: Failure.self) { try window(machine) }
    #expect(failure?.code == .unknown)
    #expect(try window(machine, WindowChoices(base: 0x1000)).source == .given)
  }

  @Test(arguments: [("size", "4194303"), ("resource", "0"), ("resource", "0xffffffffffffffff")])
  func longerThanItsNamespace(_ file: String, _ text: String) throws {
    let machine = try machine("pmem0", on: "pfn0.1")
    try machine.put(text, at: "sys/devices/ndbus0/region0/pfn0.1/" + file)
    let failure = #expect(throws: Failure.self) { try window(machine) }
    #expect(failure?.code == .refused)
  }
}

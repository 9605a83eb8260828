import Linux
import PCI
import SystemPackage
import TestSupport
import Testing

@Suite struct VirtualizationTests {
  /// A configuration space of 4096 bytes with these words at their places.
  private func config(_ words: [Int: UInt32]) -> ConfigSpace {
    var bytes = [UInt8](repeating: 0, count: 4096)
    for (place, word) in words {
      for step in 0..<4 { bytes[place + step] = UInt8(truncatingIfNeeded: word >> (8 * step)) }
    }
    return ConfigSpace(bytes)
  }

  /// An SR-IOV capability at 0x180, behind another one: four virtual functions, BAR 2 of the
  /// first at 0x1140000000.
  private var words: [Int: UInt32] {
    [
      0x100: 0x1801_000D, 0x180: 0x0001_0010, 0x188: 0x0009, 0x190: 4, 0x1AC: 0x4000_000C,
      0x1B0: 0x11,
    ]
  }

  @Test func capability() throws {
    let sriov = try #require(config(words).virtualization)
    #expect(sriov.decodesMemory)
    #expect(sriov.count == 4)
    #expect(sriov.registers[2]?.address == 0x11_4000_0000)
  }

  @Test func listThatRunsInACircle() {
    #expect(config([0x100: 0x1801_000D, 0x180: 0x1001_000B]).extendedCapability(0x10) == nil)
    #expect(config([0x100: 0x1001_000D]).extendedCapability(0x10) == nil)
    #expect(config([0x100: 0xFFC1_000D]).extendedCapability(0x10) == nil)
    #expect(config([0x100: .max]).extendedCapability(0xFFFF) == nil)
    #expect(config([0x100: 0x0401_000D, 0x40: 0x0001_0010]).extendedCapability(0x10) == nil)
  }

  @Test(arguments: [0, 64, 256, 0x182, 0x18A, 0x191])
  func notRead(_ length: Int) {
    #expect(ConfigSpace(Array(config(words).bytes.prefix(length))).virtualization == nil)
  }

  /// A virtual function, the third of its physical function.
  private func machine(_ words: [Int: UInt32]) throws -> Sysroot {
    let machine = try Sysroot()
    let home = "sys/bus/pci/devices"
    try machine.put(config(words).bytes, at: home + "/0000:03:00.0/config")
    try machine.link(home + "/0000:03:00.0/virtfn2", to: "../0000:03:00.3")
    try machine.link(home + "/0000:03:00.3/physfn", to: "../0000:03:00.0")
    try machine.put([UInt8](repeating: 0, count: 64), at: home + "/0000:03:00.3/config")
    try machine.put(
      """
      0x0 0x0 0x0
      0x0 0x0 0x0
      0x0000001140200000 0x00000011402fffff 0x000000000014220c
      """, at: home + "/0000:03:00.3/resource")
    return machine
  }

  private func function(_ machine: Sysroot) throws -> Function {
    try Function(
      try #require(FunctionAddress("0000:03:00.3")), in: SystemRoot(FilePath(machine.path)))
  }

  @Test func shareOfTheThird() throws {
    let function = try function(machine(words))
    try function.checkAnswering()
    let region = try function.memoryRegion(bar: 2)
    #expect(try function.busAddress(bar: 2, length: region.length) == 0x11_4020_0000)
  }

  @Test func notEnabled() throws {
    for control in [0, 1, 8] as [UInt32] {
      let function = try function(machine(words.merging([0x188: control]) { $1 }))
      #expect(throws: Obstacle.decodingOff) { try function.checkAnswering() }
    }
  }

  /// Whether a reset took a function's BARs: those that the kernel remembers are no more in it.
  @Test(
    arguments: [
      (0, 0, 0x200, true), (4, 0, 0x200, false), (0, 0xFE00_0000, 0x200, false),
      (0, 0, 0, false),
    ] as [(UInt32, UInt32, UInt32, Bool)])
  func reset(_ command: UInt32, _ bar: UInt32, _ flags: UInt32, _ wasReset: Bool) throws {
    let machine = try Sysroot()
    let folder = "sys/devices/pci0000:03/0000:03:00.3"
    try machine.link("sys/bus/pci/devices/0000:03:00.3", to: "../../../../" + folder)
    try machine.put(
      config([0x00: 0x1110_1AF4, 0x04: command, 0x10: bar]).bytes, at: folder + "/config")
    let none = "0x0 0x0 0x0\n"
    let first = "0xfe000000 0xfe0fffff 0x\(String(flags, radix: 16))\n"
    try machine.put(
      (flags == 0 ? none : first) + String(repeating: none, count: 5), at: folder + "/resource")
    let address = try #require(FunctionAddress("0000:03:00.3"))
    let topology = try Topology(of: [address], in: SystemRoot(FilePath(machine.path)))
    #expect(try #require(topology.nodes[address]).wasReset == wasReset)
  }

  /// A function of its own whose COMMAND and BAR 0 are so.
  @Test(
    arguments: [
      (0, 0, Obstacle.lost), (0, 0xC, .lost), (0, 0xFE00_0000, .decodingOff), (4, 0xC, .lost),
      (2, 0, nil),
    ] as [(UInt32, UInt32, Obstacle?)])
  func emptyRegisters(_ command: UInt32, _ bar: UInt32, _ expected: Obstacle?) throws {
    let machine = try Sysroot()
    try machine.put(
      config([0x00: 0x1110_1AF4, 0x04: command, 0x10: bar]).bytes,
      at: "sys/bus/pci/devices/0000:03:00.3/config")
    let function = try function(machine)
    if let expected {
      #expect(throws: expected) { try function.checkAnswering() }
    } else {
      try function.checkAnswering()
    }
  }

  @Test func beyondThoseEnabled() throws {
    let function = try function(machine(words.merging([0x190: 2]) { $1 }))
    #expect(throws: Obstacle.self) { try function.busAddress(bar: 2, length: 1 << 20) }
  }

  @Test func addressSpaceEnds() throws {
    let function = try function(machine(words.merging([0x1B0: .max]) { $1 }))
    #expect(throws: Obstacle.self) { try function.busAddress(bar: 2, length: 1 << 63) }
  }

  @Test func physicalFunctionUnread() throws {
    let machine = try machine(words)
    try machine.put(
      [UInt8](repeating: 0, count: 64), at: "sys/bus/pci/devices/0000:03:00.0/config")
    let failure = #expect(throws: Obstacle.self) {
      try function(machine).busAddress(bar: 2, length: 1 << 20)
    }
    #expect(failure?.isIndeterminate == true)
  }
}

import Iopmem
import Linux
import PCI
import SystemPackage
import TestSupport
import Testing

/// Windows of captured machines: fixtures/sysroots/README.md tells what they are.
@Suite struct ReplayTests {
  /// What a captured machine is known to have.
  struct Expectation: Sendable, CustomTestStringConvertible {
    let machine: String
    let device: String
    let source: Window.Source
    let function: String?
    let bar: Int?
    let bus: UInt64?
    let cpu: UInt64
    let length: UInt64
    var testDescription: String { "\(machine) \(device)" }
  }

  static let expectations = [
    Expectation(
      machine: "iopmem", device: "iopmem0", source: .driver, function: "0000:01:00.0", bar: 2,
      bus: 0xC000_0000, cpu: 0xC000_0000, length: 512 << 20),
    Expectation(
      machine: "iopmem", device: "iopmem1", source: .driver, function: "0000:00:03.0", bar: 2,
      bus: 0xE000_0000, cpu: 0xE000_0000, length: 64 << 20),
    Expectation(
      machine: "iopmem-no-attributes", device: "iopmem0", source: .inferred,
      function: "0000:01:00.0", bar: 2, bus: 0xC000_0000, cpu: 0xC000_0000, length: 512 << 20),
    Expectation(
      machine: "iopmem-bus-offset", device: "iopmem0", source: .driver, function: "0000:01:00.0",
      bar: 2, bus: 0xC000_0000, cpu: 0x20_C000_0000, length: 512 << 20),
    Expectation(
      machine: "iopmem-wide-domain", device: "iopmem0", source: .driver,
      function: "10000:01:00.0", bar: 2, bus: 0xC000_0000, cpu: 0xC000_0000, length: 512 << 20),
    Expectation(
      machine: "iopmem-bar32", device: "iopmem0", source: .driver, function: "0000:00:05.0",
      bar: 0, bus: 0xE400_0000, cpu: 0xE400_0000, length: 32 << 20),
    Expectation(
      machine: "iopmem-equal-bars", device: "iopmem0", source: .driver, function: "0000:00:06.0",
      bar: 1, bus: 0xF800_0000, cpu: 0xF800_0000, length: 64 << 20),
    Expectation(
      machine: "iopmem-partitioned", device: "iopmem0p2", source: .driver,
      function: "0000:01:00.0", bar: 2, bus: 0xC000_0000 + 526_336 * 512,
      cpu: 0xC000_0000 + 526_336 * 512, length: 200_000 << 10),
    Expectation(
      machine: "iopmem-switch", device: "iopmem1", source: .driver, function: "0000:04:00.0",
      bar: 2, bus: 0x1_2000_0000, cpu: 0x1_2000_0000, length: 64 << 20),
    Expectation(
      machine: "pmem", device: "pmem0", source: .pmem, function: nil, bar: nil, bus: nil,
      cpu: 0x1_0000_0000, length: 256 << 20),
  ]

  private func root(_ machine: String) -> SystemRoot {
    SystemRoot(FilePath(Project.folder + "/fixtures/sysroots/" + machine))
  }

  private func window(
    _ machine: String, _ device: String, _ choices: WindowChoices = WindowChoices()
  ) throws -> Window {
    let number = try BlockDevice.number(at: FilePath(device), in: root(machine))
    return try WindowResolver(root(machine)).window(of: number, choices: choices)
  }

  @Test(arguments: expectations)
  func windowOfACapturedMachine(_ expected: Expectation) throws {
    let window = try window(expected.machine, expected.device)
    #expect(window.source == expected.source)
    #expect(window.function?.description == expected.function)
    #expect(window.bar == expected.bar)
    #expect(window.busAddress(of: window.start)?.rawValue == expected.bus)
    #expect(window.cpuAddress(of: window.start)?.rawValue == expected.cpu)
    #expect(window.length.rawValue == expected.length)
  }

  @Test(arguments: [
    ("iopmem-decoding-off", "iopmem0"), ("iopmem-ambiguous", "iopmem0"), ("iopmem", "nvme0n1"),
  ])
  func refused(_ machine: String, _ device: String) throws {
    let failure = #expect(throws: Failure.self) { try window(machine, device) }
    #expect(failure?.code == .refused)
  }

  @Test func aNamedBarSettlesAnAmbiguity() throws {
    let window = try window("iopmem-ambiguous", "iopmem0", WindowChoices(bar: 1))
    #expect(window.source == .named)
    #expect(window.busAddress(of: window.start)?.rawValue == 0xF800_0000)
  }

  /// The NVMe controller of the `pmem` machine has two virtual functions, whose BARs are told by
  /// its SR-IOV capability alone.
  @Test func virtualFunctionsShareOut() throws {
    let root = root("pmem")
    let functions = try root.names(in: "sys/bus/pci/devices").compactMap { FunctionAddress($0) }
      .map { try Function($0, in: root) }.filter { $0.virtual != nil }
    #expect(functions.count == 2)
    for function in functions {
      try function.checkAnswering()
      let regions = try function.memoryRegions()
      #expect(!regions.isEmpty)
      for (bar, region) in regions {
        #expect(try function.busAddress(bar: bar, length: region.length) == region.start)
      }
    }
  }
}

import Iopmem
import Linux
import PCI
import SystemPackage
import TestSupport
import Testing

@Suite struct WindowResolverTests {
  private func window(
    _ machine: Sysroot, _ number: String = "259:0", _ choices: WindowChoices = WindowChoices()
  ) throws -> Window {
    let number = try #require(DeviceNumber(number))
    return try WindowResolver(SystemRoot(FilePath(machine.path))).window(
      of: number, choices: choices)
  }

  /// The failure of a machine in which a file reads otherwise; nil contents take it away.
  private func failure(
    _ file: String, _ bytes: [UInt8]?, bare: Bool = false, number: String = "259:0"
  ) throws -> Failure? {
    let machine = try TestMachine.make()
    if bare { try machine.remove(TestMachine.disk + "/iopmem") }
    if let bytes { try machine.put(bytes, at: file) } else { try machine.remove(file) }
    return #expect(throws: Failure.self) { try window(machine, number) }
  }

  @Test(
    arguments: [("259:0", 0, 64 << 20), ("259:1", 1 << 20, 4 << 20)] as [(String, UInt64, UInt64)])
  func driverTells(_ number: String, _ start: UInt64, _ length: UInt64) throws {
    let window = try window(try TestMachine.make(), number)
    #expect(window.source == .driver)
    #expect(window.function?.description == "0000:00:01.0")
    #expect(window.bar == 2)
    #expect(window.start == BarOffset(start))
    #expect(window.length == ByteCount(length))
    #expect(window.busAddress(of: window.start)?.rawValue == 0x10_4000_0000 + start)
    #expect(window.cpuAddress(of: window.start)?.rawValue == 0x20_4000_0000 + start)
  }

  @Test func withoutAttributesTheCapacityTells() throws {
    let machine = try TestMachine.make()
    try machine.remove(TestMachine.disk + "/iopmem")
    let window = try window(machine, "259:1")
    #expect(window.source == .inferred)
    #expect(window.bar == 2)
    #expect(window.busAddress(of: window.start)?.rawValue == 0x10_4010_0000)
    #expect(window.cpuAddress(of: window.start)?.rawValue == 0x20_4010_0000)
  }

  @Test func dataOffsetIsAdded() throws {
    let machine = try TestMachine.make()
    try machine.put("4096\n", at: TestMachine.disk + "/iopmem/data_offset")
    try machine.put("131064\n", at: TestMachine.disk + "/size")
    #expect(try window(machine).start == BarOffset(4096))
    try machine.put("131065\n", at: TestMachine.disk + "/size")
    #expect(throws: Failure.self) { try window(machine) }
  }

  @Test func attributesStandWhereTheFunctionCannotBeRead() throws {
    let machine = try TestMachine.make()
    try machine.remove(TestMachine.function + "/config")
    try machine.remove(TestMachine.function + "/resource")
    #expect(try window(machine).source == .driver)
  }

  @Test(arguments: [
    ("bus_address", "0x1040001000"), ("cpu_address", "0x2040001000"), ("length", "67104768"),
    ("length", "0"), ("length", "18446744073709551615"), ("bar", "0"), ("bar", "1"), ("bar", "4"),
    ("bar", "6"), ("bar", "18446744073709551615"), ("abi", "2"), ("data_offset", "1"),
    ("data_offset", "18446744073709551615"),
  ])
  func contradictionsAreRefused(_ name: String, _ value: String) throws {
    let failure = try failure(TestMachine.disk + "/iopmem/" + name, Array(value.utf8))
    #expect(failure?.code == .refused)
    #expect(failure?.subject == "/dev/iopmem0")
  }

  @Test(arguments: ["bar", "bus_address", "cpu_address", "length", "data_offset", "abi"])
  func attributesAreWholeOrNothing(_ name: String) throws {
    let file = TestMachine.disk + "/iopmem/" + name
    #expect(try failure(file, nil)?.code == .unknown)
    for text in ["", "-1", "+1", "0x", "two", "1 2", "0x1ffffffffffffffff1", "\u{FF11}"] {
      #expect(try failure(file, Array(text.utf8))?.code == .unknown)
    }
    #expect(try failure(file, [0xFF])?.code == .unknown)
    #expect(try failure(file, [UInt8](repeating: 0x31, count: 70_000))?.code == .unknown)
  }

  @Test(arguments: [true, false])
  func memoryThatDoesNotAnswer(_ bare: Bool) throws {
    let config = TestMachine.function + "/config"
    #expect(
      try failure(config, TestMachine.config(command: 0x04), bare: bare)?.code == .refused)
    #expect(
      try failure(config, [UInt8](repeating: 0xFF, count: 64), bare: bare)?.code == .refused)
    #expect(
      try failure(config, TestMachine.config(bar2: 0xC, bar3: 0), bare: bare)?.code == .refused)
    #expect(
      try failure(config, TestMachine.config(bar2: 0x4100_000C), bare: bare)?.code == .refused)
    for state in ["D1", "D2", "D3hot", "D3cold"] {
      let failure = try failure(
        TestMachine.function + "/power_state", Array("\(state)\n".utf8), bare: bare)
      #expect(failure?.code == .refused)
      #expect(failure?.reason.contains(state) == true)
    }
  }

  @Test(arguments: [true, false])
  func powerThatIsNoState(_ bare: Bool) throws {
    for text in ["", "D3\n", "garbage\n", "error\n"] {
      let failure = try failure(
        TestMachine.function + "/power_state", Array(text.utf8), bare: bare)
      #expect(failure?.code == .unknown)
      #expect(failure?.reason.contains("power_state") == true)
    }
  }

  @Test(arguments: [0, 1, 5, 16, 26, 63])
  func truncatedConfig(_ length: Int) throws {
    let bytes = Array(TestMachine.config().prefix(length))
    #expect(try failure(TestMachine.function + "/config", bytes, bare: true)?.code == .unknown)
  }

  @Test func unreadableFunction() throws {
    for name in ["config", "resource"] {
      #expect(try failure(TestMachine.function + "/" + name, nil, bare: true)?.code == .unknown)
    }
    let huge = [UInt8](repeating: 0, count: 5000)
    #expect(try failure(TestMachine.function + "/config", huge, bare: true)?.code == .unknown)
    for text in ["", "garbage", "0x1 0x2", "-0x1 0x2 0x200"] {
      let failure = try failure(
        TestMachine.function + "/resource", Array(text.utf8), bare: true)
      #expect(failure != nil)
    }
  }

  @Test(arguments: [
    "0x0000000000000000 0x0000000003ffffff 0x000000000014220c",
    "0x0000002040000000 0x0000002043ffffff 0x000000002014220c",
    "0x0000002040000000 0x0000002043ffffff 0x0000000000040101",
    "0x0000002043ffffff 0x0000002040000000 0x000000000014220c",
    "0x0000000000000000 0xffffffffffffffff 0x000000000014220c",
  ])
  func barWithoutAnAddress(_ line: String) throws {
    let lines = ["0x0 0x0 0x0", "0x0 0x0 0x0", line, "0x0 0x0 0x0", "0x0 0x0 0x0", "0x0 0x0 0x0"]
    let text = Array(lines.joined(separator: "\n").utf8)
    for bare in [true, false] {
      let failure = try failure(TestMachine.function + "/resource", text, bare: bare)
      #expect(failure?.code == .refused)
    }
  }

  @Test(arguments: [
    ("start", "18446744073709551615"), ("start", "36028797018963968"), ("start", "131072"),
    ("start", "122881"), ("size", "129025"), ("size", "36028797018963967"), ("size", "0"),
  ])
  func partitionInsideItsDisk(_ name: String, _ value: String) throws {
    let file = TestMachine.disk + "/iopmem0p1/" + name
    #expect(try failure(file, Array(value.utf8), number: "259:1") != nil)
  }

  @Test func linksOutOfTheRootLeadNowhere() throws {
    let machine = try TestMachine.make()
    try machine.link("sys/dev/block/259:2", to: "/sys/dev/block")
    #expect(throws: Failure.self) { try window(machine, "259:2") }
    try machine.link(TestMachine.disk + "/device", to: "/")
    #expect(throws: Failure.self) { try window(machine) }
  }

  @Test func namedBar() throws {
    let machine = try TestMachine.make()
    try machine.remove(TestMachine.disk + "/iopmem")
    try machine.link(TestMachine.function + "/driver", to: "../../../bus/pci/drivers/nvme")
    let window = try window(machine, "259:1", WindowChoices(bar: 2))
    #expect(window.source == .named)
    #expect(window.busAddress(of: window.start)?.rawValue == 0x10_4010_0000)
    for bar in [-1, 0, 1, 3, 4, 5, 6, .max] {
      let choices = WindowChoices(bar: bar)
      #expect(throws: Failure.self) { try self.window(machine, "259:0", choices) }
    }
  }

  @Test func theDriverKnowsBetterThanTheCaller() throws {
    let machine = try TestMachine.make()
    #expect(try window(machine, "259:0", WindowChoices(bar: 2)).source == .driver)
    let failure = #expect(throws: Failure.self) {
      try window(machine, "259:0", WindowChoices(bar: 0))
    }
    #expect(failure?.code == .refused)
  }

  @Test func givenBase() throws {
    let machine = try TestMachine.make()
    let window = try window(machine, "259:1", WindowChoices(base: 0x5000_0000))
    #expect(window.source == .given)
    #expect(window.busAddress(of: window.start)?.rawValue == 0x5010_0000)
    #expect(window.cpuAddress(of: window.start) == nil)
    #expect(throws: Failure.self) {
      try self.window(machine, "259:0", WindowChoices(base: .max - 4096))
    }
    #expect(throws: Failure.self) {
      try self.window(machine, "259:0", WindowChoices(base: 0, bar: 2))
    }
    // No memory begins there.
    for base: UInt64 in [0, 1, 0xC000_0001, 0xC000_0800, .max] {
      let failure = try #require(throws: Failure.self) {
        try self.window(machine, "259:0", WindowChoices(base: base))
      }
      #expect(failure.code == .refused)
      #expect(throws: Failure.self) {
        try WindowSource(choices: WindowChoices(base: base)).window(
          ofImage: ImageName("/proc/self/exe"))
      }
    }
  }

  @Test(arguments: ["dm/name", "md/level", "slaves/sda"])
  func mappingsAreNotFollowed(_ file: String) throws {
    let machine = try TestMachine.make()
    try machine.put("x\n", at: TestMachine.disk + "/" + file)
    for choices in [WindowChoices(), WindowChoices(base: 0x1000), WindowChoices(bar: 2)] {
      let failure = #expect(throws: Failure.self) { try window(machine, "259:0", choices) }
      #expect(failure?.code == .refused)
    }
  }

  @Test func slavesThatCannotBeRead() throws {
    let failure = try failure(TestMachine.disk + "/slaves", [])
    #expect(failure?.code == .unknown)
  }

  @Test func otherDriversDisks() throws {
    let machine = try TestMachine.make()
    let home = "sys/devices/pci0000:00/0000:00:01.0/nvme/nvme0"
    try machine.link(TestMachine.function + "/driver", to: "../../../bus/pci/drivers/nvme")
    for (name, text) in [("size", "131072"), ("ro", "0")] {
      try machine.put(text, at: "\(home)/nvme0n1/\(name)")
    }
    try machine.link("\(home)/nvme0n1/device", to: "../../nvme0")
    try machine.link("sys/dev/block/259:7", to: "../../../\(home)/nvme0n1")
    let failure = #expect(throws: Failure.self) { try window(machine, "259:7") }
    #expect(failure?.code == .refused)
    #expect(failure?.reason.contains("nvme") == true)
    #expect(try window(machine, "259:7", WindowChoices(bar: 2)).bar == 2)
  }

  @Test func theDriverOfABridgeIsNotTheDisks() throws {
    let machine = try TestMachine.make()
    let home = "sys/devices/pci0000:00/0000:00:01.0/0000:02:00.0"
    for (name, text) in [("size", "131072"), ("ro", "0")] {
      try machine.put(text, at: "\(home)/block/sda/\(name)")
    }
    try machine.link("\(home)/block/sda/device", to: "../../../0000:02:00.0")
    try machine.link("sys/bus/pci/devices/0000:02:00.0", to: "../../../../\(home)")
    try machine.link("sys/dev/block/8:0", to: "../../../\(home)/block/sda")
    let failure = #expect(throws: Failure.self) { try window(machine, "8:0") }
    #expect(failure?.reason.hasPrefix("is no iopmem disk") == true)
  }

  @Test func noSuchDevice() throws {
    let failure = #expect(throws: Failure.self) { try window(try TestMachine.make(), "1:1") }
    #expect(failure?.code == .failed)
  }
}

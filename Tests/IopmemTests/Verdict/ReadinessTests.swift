import Iopmem
import Linux
import PCI
import SystemPackage
import TestSupport
import Testing

/// What keeps a device's memory from its peers, whoever they are.
@Suite struct ReadinessTests {
  private func readiness(
    _ body: (Sysroot) throws -> Void, choices: WindowChoices = WindowChoices()
  ) throws -> Readiness {
    let machine = try TestMachine.make()
    try machine.put("259:0\n", at: TestMachine.disk + "/dev")
    try machine.link(
      "sys/class/block/iopmem0", to: "../../devices/pci0000:00/0000:00:01.0/block/iopmem0")
    try body(machine)
    let windows = WindowSource(root: SystemRoot(FilePath(machine.path)), choices: choices)
    return try Check("iopmem0", clients: .these([]), windows: windows).readiness
  }

  private func codes(_ body: (Sysroot) throws -> Void) throws -> [Finding.Code] {
    try readiness(body).findings.map(\.code)
  }

  @Test func allIsWell() throws {
    let readiness = try readiness { _ in }
    #expect(readiness.findings.isEmpty)
    #expect(readiness.target?.bus == 0x10_4000_0000...0x10_43FF_FFFF)
    #expect(readiness.target?.cpu == 0x20_4000_0000...0x20_43FF_FFFF)
  }

  @Test func disksThatOfferNoDAX() throws {
    #expect(try codes { try $0.put("0\n", at: TestMachine.disk + "/queue/dax") } == [.notDAX])
    #expect(try codes { try $0.remove(TestMachine.disk + "/queue/dax") } == [.daxUnseen])
  }

  /// The BAR of a disk controller holds registers: nobody is told to bind it, nor what is in use.
  @Test func anothersFunctionIsOfferedForBindingOnlyIfItMayBeMemory() throws {
    let machine = try Sysroot(copyOf: Project.folder + "/fixtures/sysroots/iopmem")
    let windows = WindowSource(root: SystemRoot(FilePath(machine.path)))
    let disk = try windows.root.resolved("sys/class/block/nvme0n1")
    func remedy() throws -> String? {
      let readiness = try Check("nvme0n1", clients: .these([]), windows: windows).readiness
      return try #require(readiness.findings.first { $0.code == .foreignDriver }).remedy
    }
    func put(classCode: String) throws {
      try machine.put(
        classCode + "\n", at: "sys/devices/pci0000:00/0000:00:02.0/0000:02:00.0/class")
    }
    try put(classCode: "0x010802")
    #expect(try remedy() == nil)
    try put(classCode: "0x058000")
    #expect(try remedy() == "iopmem bind 0000:02:00.0")
    let number = try windows.root.text(disk.appending("dev"))
    let mounts = "24 1 \(number) / /data rw - ext4 /dev/nvme0n1 rw\n"
    try machine.put(mounts, at: "proc/self/mountinfo")
    #expect(try remedy() == nil)
    try machine.put("", at: "proc/self/mountinfo")
    #expect(try remedy() == nil, "what does not show is not taken for unused")
    try machine.put("24 1 0:5 / /proc rw - proc proc rw\n", at: "proc/self/mountinfo")
    #expect(try remedy() != nil)
    try machine.put("1\n", at: "\(disk)/nvme0n1p1/partition")
    #expect(try remedy() == nil)
  }

  /// After a reset there is no address to decode: to turn decoding on would answer at address 0.
  @Test func aLostBARIsNotTurnedOn() throws {
    func remedy(_ config: [UInt8]) throws -> String {
      let readiness = try readiness { try $0.put(config, at: TestMachine.function + "/config") }
      #expect(readiness.findings.map(\.code) == [.windowRefused])
      return readiness.findings.first?.remedy ?? ""
    }
    #expect(try remedy(TestMachine.config(command: 0)).contains("COMMAND=2:2"))
    var config = TestMachine.config(command: 0)
    for place in 0x10..<0x28 { config[place] &= place % 4 == 0 ? 0xF : 0 }
    #expect(try !remedy(config).contains("COMMAND"))
    #expect(try remedy(config).contains("/remove"))
    #expect(try remedy(config).contains("/sys/bus/pci/rescan"))
  }

  @Test func decodingOff() throws {
    let readiness = try readiness {
      try $0.put(TestMachine.config(command: 4), at: TestMachine.function + "/config")
    }
    #expect(readiness.findings.map(\.code) == [.windowRefused])
    #expect(readiness.target?.finding?.severity == .refusal)
  }

  /// The kernel says D0 and the function's own register D3hot: somebody else wrote to it.
  @Test func asleepByItsOwnRegister() throws {
    let readiness = try readiness {
      var config = TestMachine.config() + [UInt8](repeating: 0, count: 192)
      (config[0x06], config[0x34], config[0x40], config[0x44]) = (0x10, 0x40, 0x01, 0x03)
      try $0.put(config, at: TestMachine.function + "/config")
    }
    #expect(readiness.findings.map(\.code) == [.windowRefused])
    #expect(readiness.findings.first?.sentence.contains("D3hot") == true)
  }

  @Test func attributesThatCannotBeRead() throws {
    let codes = try codes { try $0.remove(TestMachine.disk + "/iopmem/bus_address") }
    #expect(codes == [.windowUnknown])
  }

  @Test func processorWithTooFewBits() throws {
    for (bits, isEnough) in [(40, true), (38, true), (37, false)] {
      let codes = try codes {
        let text = "vendor_id\t: x\naddress sizes\t: \(bits) bits physical, 48\n"
        try $0.put(text, at: "proc/cpuinfo")
      }
      #expect(codes == (isEnough ? [] : [.addressWidth]))
    }
  }

  @Test func kernelsThatLackSomething() throws {
    let options: [(String, Finding.Code)] = [
      ("ZONE_DEVICE", .noDevicePages), ("FS_DAX", .noFileSystemDAX),
      ("FS_DAX_PMD", .noLargePages), ("PCI_P2PDMA", .noPeerDMA),
      ("STRICT_DEVMEM", .openMemory), ("IO_STRICT_DEVMEM", .openMemory),
    ]
    for (option, code) in options {
      for absence in ["# CONFIG_\(option) is not set\n", ""] {
        let kernel = TestMachine.kernel.replacing("CONFIG_\(option)=y\n", with: absence)
        #expect(try codes { try $0.put(kernel, at: "boot/config-7.1.0-test") } == [code])
      }
    }
    let none = try readiness { try $0.put("CONFIG_PCI=y\n", at: "boot/config-7.1.0-test") }
    #expect(none.findings.map(\.severity).max() == .refusal)
  }

  @Test func kernelsThatDoNotTell() throws {
    let cut = String(TestMachine.kernel.dropLast(8))
    for text in [nil, "", "CONFIG_X=y\n", cut, "\u{1F}\u{8B}\u{8}cut"] as [String?] {
      let readiness = try readiness {
        try $0.remove("boot/config-7.1.0-test")
        if let text { try $0.put(text, at: "boot/config-7.1.0-test") }
      }
      #expect(readiness.kernel == nil)
      #expect(readiness.findings.map(\.code) == [.kernelConfigurationUnseen])
      #expect(readiness.findings.map(\.severity) == [.note])
    }
  }

  /// The driver knows whether it makes dma-bufs of files; none does before Linux 7.1.
  @Test func driversWithoutBuffers() throws {
    for (version, told, expected) in [
      ("6.12", "0", [.noBuffers]), ("7.0", nil, [.noBuffers]), ("7.1", "1", []),
      ("7.10", "0", [.noBuffers]), ("8.0", nil, [.buffersUnseen]), ("8.0", "", [.buffersUnseen]),
      ("8.0", "x", [.buffersUnseen]),
    ] as [(String, String?, [Finding.Code])] {
      let readiness = try readiness {
        try $0.put("Linux version \(version).3-x (x) #1\n", at: "proc/version")
        try $0.put(TestMachine.kernel, at: "boot/config-\(version).3-x")
        let file = TestMachine.disk + "/iopmem/dma_buf"
        try $0.remove(file)
        if let told { try $0.put(told + "\n", at: file) }
      }
      #expect(readiness.findings.map(\.code) == expected, "\(version)")
      #expect(readiness.findings.allSatisfy { $0.severity == .note })
    }
    // It is for iopmem's own devices to have them.
    for (machine, device, hasFinding) in [
      ("iopmem", "iopmem0", true), ("pmem", "pmem0", false),
    ] {
      let root = SystemRoot(FilePath(Project.folder + "/fixtures/sysroots/" + machine))
      let check = try Check(
        FilePath(device), clients: .these([]), windows: WindowSource(root: root))
      #expect(check.readiness.findings.contains { $0.code == .noBuffers } == hasFinding)
    }
  }

  @Test func kernelsThatDoNotTellTheirVersion() throws {
    for text in [nil, "", "Linux version x (x) #1\n"] as [String?] {
      let codes = try codes {
        try $0.remove("proc/version")
        if let text { try $0.put(text, at: "proc/version") }
        // By this the configuration is found all the same.
        try $0.put(TestMachine.kernel, at: "proc/config.gz")
      }
      #expect(codes == [])
    }
  }

  @Test func cacheModes() throws {
    let list = "sys/kernel/debug/x86/pat_memtype_list"
    for mode in CacheMode.allCases {
      let text = TestMachine.mappings.replacing("uncached-minus", with: mode.rawValue)
      let readiness = try readiness { try $0.put(text, at: list) }
      #expect(readiness.cacheMode == mode)
      #expect(readiness.findings.map(\.code) == (mode.isCoherent ? [] : [.cached]))
    }
    let readiness = try readiness { try $0.remove(list) }
    #expect(readiness.cacheMode == nil)
    #expect(readiness.findings.map(\.code) == [.cacheUnseen])
  }

  @Test func anotherArchitecture() throws {
    #expect(
      try codes { try $0.put("CPU implementer\t: 0x41\n", at: "proc/cpuinfo") }
        == [.otherArchitecture])
  }

  /// A neighbour's BAR of 1 MiB, so and so far behind the device's last byte.
  private func neighbour(_ start: String, _ last: String, kernel: String) throws -> [Finding.Code] {
    try codes {
      let folder = "sys/devices/pci0000:00/0000:00:02.0"
      try $0.put(TestMachine.config(), at: folder + "/config")
      try $0.put("0x\(start) 0x\(last) 0x0000000000040200\n", at: folder + "/resource")
      try $0.link(
        "sys/bus/pci/devices/0000:00:02.0", to: "../../../devices/pci0000:00/0000:00:02.0")
      try $0.put("Linux version \(kernel).0 (x) #1\n", at: "proc/version")
      try $0.put(TestMachine.kernel, at: "boot/config-\(kernel).0")
    }
  }

  @Test func neighboursInOneSection() throws {
    let near = ("0000002044000000", "00000020440fffff")
    let old: [Finding.Code] = [.sharedSection]
    #expect(try neighbour(near.0, near.1, kernel: "6.1") == [])
    #expect(try neighbour(near.0, near.1, kernel: "5.2") == old)
    let far = ("0000002048000000", "00000020480fffff")
    #expect(try neighbour(far.0, far.1, kernel: "5.2") == [])
    #expect(try neighbour("0000002043f00000", "0000002043ffffff", kernel: "5.2") == old)
    #expect(try neighbour("0000000000001000", "ffffffffffffffff", kernel: "5.2") == old)
  }

  @Test func alignment() throws {
    let codes = try codes {
      try $0.put("1048576\n", at: TestMachine.disk + "/iopmem/data_offset")
      try $0.put("129024\n", at: TestMachine.disk + "/size")
    }
    #expect(codes == [.misaligned])
  }
}

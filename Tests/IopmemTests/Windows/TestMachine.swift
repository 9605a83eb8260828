import TestSupport

/// A machine with one function and the disk `iopmem0` on its BAR 2, which has 64 MiB.
///
/// The BAR is at bus address 0x1040000000 and CPU-physical address 0x2040000000. BAR 0 has 4 KiB
/// of memory, BAR 4 I/O ports.
enum TestMachine {
  static let function = "sys/devices/pci0000:00/0000:00:01.0"
  static let disk = function + "/block/iopmem0"

  static func make() throws -> Sysroot {
    let machine = try Sysroot()
    try fill(machine)
    return machine
  }

  /// Writes every file of the machine, over what was there.
  static func fill(_ machine: Sysroot) throws {
    try machine.put(config(), at: function + "/config")
    try machine.put(resource, at: function + "/resource")
    try machine.put("D0\n", at: function + "/power_state")
    try machine.put("1\n", at: function + "/numa_node")
    try machine.link(function + "/driver", to: "../../../bus/pci/drivers/iopmem")
    try machine.link(
      "sys/bus/pci/devices/0000:00:01.0", to: "../../../devices/pci0000:00/0000:00:01.0")
    try machine.put("131072\n", at: disk + "/size")
    try machine.put("0\n", at: disk + "/ro")
    try machine.put("1\n", at: disk + "/queue/dax")
    try machine.link(disk + "/device", to: "../../../0000:00:01.0")
    try machine.link(
      "sys/dev/block/259:0", to: "../../devices/pci0000:00/0000:00:01.0/block/iopmem0")
    for (name, value) in attributes { try machine.put(value + "\n", at: disk + "/iopmem/" + name) }
    try machine.put("1\n", at: disk + "/iopmem/dma_buf")
    try machine.put("Linux version 7.1.0-test (x) #1\n", at: "proc/version")
    try machine.put(kernel, at: "boot/config-7.1.0-test")
    try machine.put(mappings, at: "sys/kernel/debug/x86/pat_memtype_list")
    try machine.put("", at: "proc/mtrr")
    let partition = disk + "/iopmem0p1"
    try machine.put("1\n", at: partition + "/partition")
    try machine.put("2048\n", at: partition + "/start")
    try machine.put("8192\n", at: partition + "/size")
    try machine.put("0\n", at: partition + "/ro")
    try machine.link(
      "sys/dev/block/259:1", to: "../../devices/pci0000:00/0000:00:01.0/block/iopmem0/iopmem0p1")
  }

  static let attributes = [
    "abi": "1", "bar": "2", "bus_address": "0x0000001040000000",
    "cpu_address": "0x0000002040000000", "length": "67108864", "data_offset": "0",
  ]

  /// A configuration with all that is asked of one.
  static let kernel = """
    #
    CONFIG_PCI=y
    CONFIG_PCI_P2PDMA=y
    CONFIG_DMA_SHARED_BUFFER=y
    CONFIG_ZONE_DEVICE=y
    CONFIG_FS_DAX=y
    CONFIG_FS_DAX_PMD=y
    CONFIG_STRICT_DEVMEM=y
    CONFIG_IO_STRICT_DEVMEM=y

    """

  /// The BAR as the driver has it mapped.
  static let mappings = """
    PAT memtype list:
    PAT: [mem 0x0000002040000000-0x0000002044000000] uncached-minus

    """

  static let resource = """
    0x00000000fe000000 0x00000000fe000fff 0x0000000000040200
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x0000002040000000 0x0000002043ffffff 0x000000000014220c
    0x0000000000000000 0x0000000000000000 0x0000000000000000
    0x000000000000c000 0x000000000000c03f 0x0000000000040101
    0x0000000000000000 0x0000000000000000 0x0000000000000000

    """

  static func config(
    command: UInt8 = 0x06, bar2: UInt32 = 0x4000_000C, bar3: UInt32 = 0x10
  ) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 64)
    func put(_ word: UInt32, _ place: Int) {
      for step in 0..<4 { bytes[place + step] = UInt8(truncatingIfNeeded: word >> (8 * step)) }
    }
    put(0x1110_1AF4, 0)
    bytes[4] = command
    put(0xFE00_0000, 0x10)
    put(bar2, 0x18)
    put(bar3, 0x1C)
    put(0xC001, 0x20)
    return bytes
  }
}

import Iopmem
import Linux
import PCI
import Testing

/// A machine whose every part a test can change: the kernel and the host bridges are good ones,
/// nothing redirects, every function answers.
///
///     pci0000:00   00:00.0 host bridge
///                  00:01.0 root port ─ 01:00.0 switch ┬ 02:00.0 ┬ 03:00.0 provider
///                                                     │         └ 03:00.4 its virtual function
///                                                     ├ 02:01.0 ─ 04:00.0
///                                                     └ 02:02.0 ─ 05:00.0 switch ─ 06:00.0 ─ 07:00.0
///                  00:02.0 root port ┬ 08:00.0
///                                    └ 08:00.1
///                  00:1f.0 an endpoint of the root complex
///     pci10000:00  10000:00:00.0 host bridge
///                  10000:00:01.0 root port ─ 10000:01:00.0
struct TestTree {
  private(set) var nodes: [FunctionAddress: Node] = [:]
  var kernel: KernelVersion? = KernelVersion(6, 12)
  var processor: Processor? = Processor(vendor: "GenuineIntel", family: 6)

  static let provider = "0000:03:00.0"
  static let places: [(String, String?)] = [
    ("0000:00:00.0", nil), ("0000:00:01.0", nil), ("0000:01:00.0", "0000:00:01.0"),
    ("0000:02:00.0", "0000:01:00.0"), ("0000:03:00.0", "0000:02:00.0"),
    ("0000:03:00.4", "0000:02:00.0"), ("0000:02:01.0", "0000:01:00.0"),
    ("0000:04:00.0", "0000:02:01.0"), ("0000:02:02.0", "0000:01:00.0"),
    ("0000:05:00.0", "0000:02:02.0"), ("0000:06:00.0", "0000:05:00.0"),
    ("0000:07:00.0", "0000:06:00.0"), ("0000:00:02.0", nil), ("0000:08:00.0", "0000:00:02.0"),
    ("0000:08:00.1", "0000:00:02.0"), ("0000:00:1f.0", nil), ("10000:00:00.0", nil),
    ("10000:00:01.0", nil), ("10000:01:00.0", "10000:00:01.0"),
  ]

  init() throws {
    for (name, parent) in Self.places {
      let address = try #require(FunctionAddress(name))
      var node = Node(
        address, parent: parent.flatMap { FunctionAddress($0) },
        rootBus: address.domain == 0 ? "pci0000:00" : "pci10000:00")
      let isBridge = Self.places.contains { $0.1 == name }
      node.classCode = isBridge ? 0x060400 : 0x010802
      node.portType = isBridge ? (parent == nil ? .rootPort : .downstream) : .endpoint
      node.accessControl = .control([])
      node.command = [.memory, .busMaster]
      node.translation = .absent
      node.dmaMaskBits = 64
      node.driver = .to("nvme")
      if isBridge { node.windows = [0x4000_0000...0x7FFF_FFFF] }
      if name.hasSuffix(":00:00.0") {
        (node.vendor, node.device, node.classCode) = (0x8086, 0x2020, 0x060000)
      }
      nodes[address] = node
    }
    try edit("0000:03:00.4") { $0.physical = FunctionAddress(Self.provider) }
  }

  /// Changes a function.
  mutating func edit(_ name: String, _ body: (inout Node) -> Void) throws {
    let address = try #require(FunctionAddress(name))
    var node = try #require(nodes[address])
    body(&node)
    nodes[address] = node
  }

  /// Changes every function.
  mutating func editAll(_ body: (inout Node) -> Void) {
    for (address, node) in nodes {
      var node = node
      body(&node)
      nodes[address] = node
    }
  }

  /// Takes a function away.
  mutating func remove(_ name: String) throws {
    nodes[try #require(FunctionAddress(name))] = nil
  }

  /// What a client may use to reach 64 MiB at 0x40000000, for the processor at 0x140000000.
  func verdict(
    of client: String, on provider: String = provider, addressBits: UInt8? = nil
  ) throws -> Verdict {
    let target = Target(
      try #require(FunctionAddress(provider)), bus: 0x4000_0000...0x43FF_FFFF,
      cpu: 0x1_4000_0000...0x1_43FF_FFFF)
    let rules = PeerToPeerRules(Topology(Array(nodes.values)), kernel: kernel, processor: processor)
    return rules.verdict(
      of: try #require(FunctionAddress(client)), on: target, addressBits: addressBits)
  }
}

extension Verdict {
  /// The codes of what was found.
  var codes: Set<Finding.Code> { Set(findings.map(\.code)) }
}

import Iopmem
import Linux
import PCI
import SystemPackage
import TestSupport
import Testing

/// Captured machines of which one file or link after another is taken away, emptied, cut or
/// overwritten: every answer is the whole machine's, or there is none.
@Suite struct LostEvidenceTests {
  /// A machine, changed so that its client has an address.
  struct Machine: Sendable, CustomTestStringConvertible {
    let name: String
    let disk: String
    let device: String
    /// Who is judged; nil where the device alone is asked about.
    let client: String?
    /// The functions on the way, and the one that stands for the host bridge.
    let functions: Set<String>

    var testDescription: String { name }

    func make() throws -> Sysroot {
      let machine = try Sysroot(copyOf: Project.folder + "/fixtures/sysroots/" + name)
      let root = SystemRoot(FilePath(machine.path))
      // Its host bridge passes requests on, its IOMMU as they are.
      try machine.put("vendor_id\t: AuthenticAMD\ncpu family\t: 25\n", at: "proc/cpuinfo")
      for list in ["sys/kernel/iommu_groups", "sys/class/iommu"] { try machine.makeFolder(list) }
      for group in try root.names(in: "sys/kernel/iommu_groups") {
        try machine.put("identity\n", at: "sys/kernel/iommu_groups/\(group)/type")
      }
      return machine
    }
  }

  static let machines = [
    Machine(
      name: "iopmem-switch", disk: "iopmem0", device: "iopmem0", client: "0000:05:00.0",
      functions: ["0000:05:00.0", "0000:02:02.0", "0000:03:00.0"]),
    Machine(
      name: "iopmem-iommu", disk: "iopmem0", device: "iopmem0", client: "0000:02:00.0",
      functions: ["0000:02:00.0", "0000:00:00.0"]),
    Machine(
      name: "iopmem-partitioned", disk: "iopmem0", device: "iopmem0p2", client: nil,
      functions: []),
    Machine(
      name: "iopmem-ambiguous", disk: "iopmem0", device: "iopmem0", client: nil,
      functions: ["0000:00:06.0"]),
    Machine(name: "pmem", disk: "pmem0", device: "pmem0", client: nil, functions: []),
  ]

  /// The addresses of the device and those of its client, as far as there are any.
  private func answer(of root: SystemRoot, _ machine: Machine) -> Answer {
    let clients = [machine.client].compactMap { $0.flatMap { FunctionAddress($0) } }
    func check(_ clients: [FunctionAddress]) -> Check? {
      try? Check(
        FilePath(machine.device), clients: .these(clients), windows: WindowSource(root: root))
    }
    // A client that cannot be judged leaves the device.
    guard let check = check(clients) ?? check([]) else { return Answer(window: nil, client: nil) }
    let window = try? check.readiness.window.get()
    let verdict = check.verdicts.first { $0.answer.code == nil }
    return Answer(window: window, client: verdict?.answer)
  }

  /// What a machine answers; nil where it gives no address.
  private struct Answer: Equatable {
    let window: Window?
    let client: Verdict.Answer?

    /// Whether nothing is in it that is not in a whole machine's.
    func isPart(of whole: Answer) -> Bool {
      (window == nil || window == whole.window) && (client == nil || client == whole.client)
    }
  }

  /// What is read for an answer, of a function, a disk, a group, the machine.
  private static let read: Set<String> = [
    "config", "resource", "power_state", "vendor", "device", "class", "dma_mask_bits", "driver",
    "iommu_group", "dev", "size", "start", "partition", "ro", "dax", "abi", "bar", "bus_address",
    "cpu_address", "length", "data_offset", "type", "version", "cpuinfo", "subsystem",
  ]

  /// The files and links of a machine.
  private static func entries(
    of root: SystemRoot, in folder: FilePath = ""
  ) throws -> [(path: String, link: String?)] {
    try root.names(in: folder).flatMap { name -> [(path: String, link: String?)] in
      let path = folder.appending(name)
      let status = try Status(of: root.absolute(path), followingLinks: false)
      switch status.kind {
      case .symbolicLink:
        let target = FilePath(bytes: try SymbolicLink.read(root.absolute(path)))
        return [(path.string, target.string)]
      case .directory: return try entries(of: root, in: path)
      default: return [(path.string, nil)]
      }
    }
  }

  /// What may become of a file.
  private static func damages(_ name: String, _ bytes: [UInt8]) -> [(String, [UInt8]?)] {
    let half = Array(bytes.prefix(bytes.count / 2))
    let all: [(String, [UInt8]?)] = [("taken away", nil), ("cut in half", half)]
    if name.hasSuffix("size") || name.hasSuffix("start") || name.hasSuffix("offset") {
      return all + [("cut by a byte", Array(bytes.dropLast()))]
    }
    guard name == "config" else { return all }
    return all + [
      ("emptied", []), ("cut at 256", Array(bytes.prefix(256))),
      ("all ones", [UInt8](repeating: 0xFF, count: bytes.count)),
    ]
  }

  @Test(arguments: machines)
  func noAnswerIsBetterThanTheWholeMachines(_ kind: Machine) throws {
    let machine = try kind.make()
    let root = SystemRoot(FilePath(machine.path))
    let whole = answer(of: root, kind)
    #expect((whole.window == nil) == (kind.name == "iopmem-ambiguous"))
    #expect((whole.client == nil) == (kind.client == nil))
    let entries = try Self.entries(of: root)
    // All else is taken away at once: it is not read.
    for entry in entries where entry.link == nil {
      let name = FilePath(entry.path).lastComponent?.string ?? ""
      if !Self.read.contains(name) { try machine.remove(entry.path) }
    }
    #expect(answer(of: root, kind) == whole)
    var withheld = 0
    func compare(_ path: String, _ damage: String) {
      let now = answer(of: root, kind)
      #expect(now.isPart(of: whole), "of \(path), \(damage)")
      if now != whole { withheld += 1 }
    }
    for entry in entries where Self.isRead(entry.path, of: kind) {
      if let link = entry.link {
        try machine.remove(entry.path)
        compare(entry.path, "taken away")
        let folder = FilePath(entry.path).removingLastComponent()
        let other = entries.first {
          $0.link != nil && $0.link != link && FilePath($0.path).removingLastComponent() == folder
        }
        try machine.link(entry.path, to: other?.link ?? "nowhere")
        compare(entry.path, "to \(other?.link ?? "nowhere")")
        try machine.link(entry.path, to: link)
      } else {
        let name = FilePath(entry.path).lastComponent?.string ?? ""
        let bytes = try root.bytes(FilePath(entry.path), limit: 1 << 24)
        for (damage, now) in Self.damages(name, bytes) {
          if let now {
            try machine.put(now, at: entry.path)
          } else {
            try machine.remove(entry.path)
          }
          compare(entry.path, damage)
        }
        try machine.put(bytes, at: entry.path)
      }
    }
    #expect(answer(of: root, kind) == whole)
    #expect(withheld > 0 || whole.window == nil)
  }

  /// Whether a file or link is one by which the answer may be another: of the functions on the way,
  /// of the disk, of a group, of the machine.
  private static func isRead(_ path: String, of machine: Machine) -> Bool {
    let names = FilePath(path).components.map(\.string)
    let (last, above) = (names.last ?? "", names.dropLast().last ?? "")
    // The links by which devices and functions are found, and the members of groups.
    if names.count > 2, ["devices", "block"].contains(above) || last == machine.device {
      return FunctionAddress(last) == nil || machine.functions.contains(last)
    }
    guard read.contains(last) else { return false }
    return names.first == "proc" || names.contains("iommu_groups") || names.contains("ndbus0")
      || machine.functions.contains(above) || path.contains("/block/\(machine.disk)")
  }
}

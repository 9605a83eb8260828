import Iopmem
import PCI
import TestSupport
import Testing

@Suite struct VerdictPropertyTests {
  /// Functions near and far from each other.
  private static let peers = [
    "0000:03:00.0", "0000:03:00.4", "0000:04:00.0", "0000:07:00.0", "0000:08:00.0",
    "10000:01:00.0",
  ]

  /// A tree in which anything may be set, but masks: a 32-bit client may well reach an address of
  /// its IOMMU domain, and not the bus address.
  private func randomTree(_ numbers: inout SplitMix64) throws -> TestTree {
    var tree = try TestTree()
    for (name, _) in TestTree.places {
      let bits = AccessControl.Bits(rawValue: UInt16.random(in: 0...0x7F, using: &numbers))
      let choice = Int.random(in: 0..<40, using: &numbers)
      let translation =
        [Translation.absent, .identity, .translating, .blocked, .unknown]
        .randomElement(using: &numbers) ?? .absent
      let isMaster = Int.random(in: 0..<60, using: &numbers) != 0
      try tree.edit(name) {
        $0.accessControl = choice == 0 ? .unseen : choice < 36 ? .absent : .control(bits)
        $0.translation = translation
        if !isMaster { $0.command = .memory }
      }
    }
    if Bool.random(using: &numbers) { try tree.edit("0000:00:00.0") { $0.device = 1 } }
    tree.kernel =
      [nil, KernelVersion(5, 5), KernelVersion(6, 12)].randomElement(using: &numbers) ?? nil
    tree.processor =
      [nil, Processor(vendor: "AuthenticAMD", family: 0x19), Processor()]
      .randomElement(using: &numbers) ?? nil
    return tree
  }

  @Test(arguments: 1...8)
  func addingARedirectNeverImproves(_ seed: UInt64) throws {
    var numbers = SplitMix64(seed: seed)
    var worsened = 0
    for _ in 0..<16 {
      let tree = try randomTree(&numbers)
      let client = try #require(Self.peers.randomElement(using: &numbers))
      let provider = try #require(Self.peers.randomElement(using: &numbers))
      let before = try tree.verdict(of: client, on: provider)
      // A function that cannot be seen leaves no answer; a redirect elsewhere on the route settles it.
      var settled = tree
      settled.editAll { if $0.accessControl == .unseen { $0.accessControl = .absent } }
      let best = try settled.verdict(of: client, on: provider)
      for (place, _) in TestTree.places {
        let bit = AccessControl.Bits(rawValue: [4, 8, 32].randomElement(using: &numbers) ?? 4)
        var changed = tree
        // Where nothing could be seen, a redirect was possible all along.
        try changed.edit(place) {
          switch $0.accessControl {
          case .unseen: break
          case .absent: $0.accessControl = .control(bit)
          case .control(let bits): $0.accessControl = .control(bits.union(bit))
          }
        }
        let after = try changed.verdict(of: client, on: provider)
        #expect(
          after.answer.merit <= max(before.answer.merit, best.answer.merit),
          "\(client) to \(provider), \(bit) at \(place): \(before.answer), \(after.answer)")
        if after.answer.merit < before.answer.merit { worsened += 1 }
      }
    }
    #expect(worsened > 0)
  }
}

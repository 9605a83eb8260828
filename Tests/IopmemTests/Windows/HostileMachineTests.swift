import Iopmem
import Linux
import SystemPackage
import TestSupport
import Testing

/// Machines with anything at all in their files: an answer or a refusal, never a trap.
@Suite struct HostileMachineTests {
  private static let files =
    TestMachine.attributes.keys.sorted().map { TestMachine.disk + "/iopmem/" + $0 }
    + ["size", "ro", "iopmem0p1/start", "iopmem0p1/size"].map { TestMachine.disk + "/" + $0 }
    + ["config", "resource", "power_state"].map { TestMachine.function + "/" + $0 }

  private static let texts = [
    "", "0", "1", "-1", "0x", "0x0", "0xffffffffffffffff", "18446744073709551615",
    "18446744073709551616", "9223372036854775807", "36028797018963967", "\n\n", "0x10 0x10 0x200",
  ]

  @Test(arguments: 0..<6 as Range<UInt64>)
  func anything(_ seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let machine = try TestMachine.make()
    if seed % 2 == 1 { try machine.remove(TestMachine.disk + "/iopmem") }
    let resolver = WindowResolver(SystemRoot(FilePath(machine.path)))
    for _ in 0..<20 {
      let file = try #require(Self.files.randomElement(using: &generator))
      if seed % 2 == 1 && file.contains("/iopmem/") { continue }
      var bytes = Array(try #require(Self.texts.randomElement(using: &generator)).utf8)
      if Bool.random(using: &generator) {
        bytes = (0..<Int.random(in: 0...300, using: &generator)).map { _ in
          UInt8.random(in: 0...255, using: &generator)
        }
      }
      try machine.put(bytes, at: file)
      for minor in 0...1 as ClosedRange<UInt32> {
        for choices in [WindowChoices(), WindowChoices(bar: 2), WindowChoices(base: .max - 4095)] {
          do {
            let number = DeviceNumber(major: 259, minor: minor)
            let window = try resolver.window(of: number, choices: choices)
            // Whatever was believed, the last byte has an address.
            let last = DeviceOffset(window.length.rawValue - 1)
            let place = try window.barOffset(of: last, length: ByteCount(1))
            #expect(window.busAddress(of: place) != nil)
          } catch let failure as Failure {
            #expect(!failure.sentence.isEmpty)
          }
        }
      }
      // Now and then back to a sound machine, or all would be refused at the first file.
      if Int.random(in: 0...3, using: &generator) == 0 {
        try TestMachine.fill(machine)
        if seed % 2 == 1 { try machine.remove(TestMachine.disk + "/iopmem") }
      }
    }
  }
}

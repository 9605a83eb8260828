@testable import Iopmem
import PCI
import SystemPackage
import TestSupport
import Testing

/// What a controller's Identify data says of its limits: NVM Express Base Specification 2.2.
@Suite struct ControllerLimitsTests {
  /// Identify data of a controller that has what is required.
  private func identity(mdts: UInt8, sgls: UInt32) -> [UInt8] {
    var data = [UInt8](repeating: 0, count: 4096)
    (data[77], data[512], data[513]) = (mdts, 0x66, 0x44)
    for byte in 0..<4 { data[536 + byte] = UInt8(truncatingIfNeeded: sgls >> (8 * UInt32(byte))) }
    return data
  }

  private func limits(_ data: [UInt8]) throws -> ControllerLimits {
    try ControllerLimits(
      of: "/dev/nvme0", identity: data, function: FunctionAddress("0000:05:00.0"))
  }

  @Test func mostOfACommand() throws {
    for (mdts, bytes) in [(0, nil), (1, 8192), (5, 131_072), (10, 4 << 20), (51, 1 << 63)]
      as [(UInt8, UInt64?)]
    {
      #expect(try limits(identity(mdts: mdts, sgls: 0)).maxTransfer?.rawValue == bytes)
    }
  }

  @Test func scatterGatherLists() throws {
    for (sgls, expected) in [
      (0, .none), (1, .anywhere), (2, .doubleWords), (0xF_0004, .none), (0xF_0001, .anywhere),
    ] as [(UInt32, ControllerLimits.ScatterGather)] {
      #expect(try limits(identity(mdts: 0, sgls: sgls)).scatterGather == expected)
    }
  }

  @Test func whatNoControllerSaysIsUnknown() throws {
    var wrongQueue = identity(mdts: 5, sgls: 1)
    wrongQueue[512] = 0
    var wrongAnswers = identity(mdts: 5, sgls: 1)
    wrongAnswers[513] = 0x45
    for data in [
      [], [UInt8](repeating: 0, count: 4096), [UInt8](repeating: 0xFF, count: 4096), wrongQueue,
      wrongAnswers, identity(mdts: 52, sgls: 0), identity(mdts: 255, sgls: 0),
      identity(mdts: 5, sgls: 3), Array(identity(mdts: 5, sgls: 1).dropLast()),
    ] {
      let failure = #expect(throws: Failure.self) { try limits(data) }
      #expect(failure?.code == .unknown)
    }
  }

  @Test func itMustBeTheClient() throws {
    let limits = try limits(identity(mdts: 5, sgls: 1))
    try limits.require(nil, "nvme0")
    try limits.require(FunctionAddress("0000:05:00.0"), "nvme0")
    #expect(throws: Failure.self) { try limits.require(FunctionAddress("0000:06:00.0"), "nvme0") }
    let unseen = try ControllerLimits(
      of: "/dev/nvme0", identity: identity(mdts: 5, sgls: 1), function: nil)
    try unseen.require(nil, "nvme0")
    #expect(throws: Failure.self) { try unseen.require(FunctionAddress("0000:05:00.0"), "nvme0") }
  }

  @Test func namesOfControllersAlone() {
    for name in ["", "nvme", "nvme0n1", "sda", "/tmp/nvme0", "/dev/../dev/nvme0", "nvme0/..", "/"] {
      let failure = #expect(throws: Failure.self, "\(name)") {
        try ControllerLimits(of: .init(name))
      }
      #expect(failure?.code == .misuse, "\(name): \(failure?.reason ?? "")")
    }
    let failure = #expect(throws: Failure.self) { try ControllerLimits(of: "nvme999999") }
    #expect(failure?.code == .unknown)
  }
}

import SystemPackage
import Testing

@testable import Iopmem

/// What is told of two looks, and of what the kernel said between them.
@Suite struct ObservationTests {
  private func observation(
    _ devices: [String: ObservedDevice], files: [(FilePath, ObservedFile)] = [],
    maps: [(FilePath, ObservedMap)] = []
  ) -> Observation {
    var observation = Observation()
    observation.devices = devices
    observation.files = files.map { .init($0.0, $0.1) }
    observation.maps = maps.map { .init($0.0, $0.1) }
    return observation
  }

  private func device(
    _ place: String = "BAR 2", mounts: [FilePath: String?] = [:], leases: UInt32? = 0
  ) -> ObservedDevice {
    var device = ObservedDevice(place: place, function: "0000:00:03.0")
    device.mounts = mounts
    device.leases = leases
    return device
  }

  private func event(_ action: String, _ values: [String: String]) throws -> DeviceEvent {
    let values = values.merging(["ACTION": action, "DEVPATH": "/x"]) { $1 }
    let text = "\(action)@/x\0" + values.map { "\($0)=\($1)\0" }.joined()
    return try #require(DeviceEvent(Array(text.utf8)))
  }

  private func block(_ action: String, _ name: String) throws -> DeviceEvent {
    try event(action, ["SUBSYSTEM": "block", "DEVNAME": name])
  }

  @Test func nothingHappened() {
    let one = observation(
      ["iopmem0": device(mounts: ["/mnt": "always"])], files: [("/mnt/a", .gone)],
      maps: [("/m", .holds)])
    #expect(one.events(until: one) == [])
    #expect(one.beginnings.map(\.kind) == [.watching, .watching, .watching])
  }

  @Test func whatChangedOfADevice() {
    let before = observation(["iopmem0": device(mounts: ["/a": nil, "/b": "inode"])])
    let after = observation([
      "iopmem0": device("BAR 4", mounts: ["/b": "always"], leases: 2), "iopmem1": device(),
    ])
    let events = before.events(until: after)
    #expect(
      events.map(\.kind) == [.window, .unmounted, .unmounted, .mounted, .leases, .added])
    #expect(events[4].before == "0" && events[4].after == "2")
    #expect(after.events(until: observation([:])).map(\.kind) == [.removed, .removed])
    var unknown = device()
    unknown.leases = nil
    unknown.leaseProblem = "no rights"
    let blind = before.events(until: observation(["iopmem0": unknown]))
    #expect(blind.last?.kind == .leases && blind.last?.after == nil)
  }

  /// One that went and is there again was two devices: addresses of the first are void.
  @Test func goneAndBack() throws {
    var seen = observation(["iopmem0": device()])
    let again = seen
    let gone = seen.take(try block("remove", "iopmem0")) { _ in true }
    let back = seen.take(try block("add", "iopmem0")) { _ in true }
    #expect((gone + back + seen.events(until: again)).map(\.kind) == [.removed, .added])
  }

  @Test func cameAndWentUnseen() throws {
    var seen = observation([:])
    var events = seen.take(try block("add", "iopmem7")) { _ in true }
    events += seen.take(try block("remove", "iopmem7")) { _ in true }
    #expect((events + seen.events(until: observation([:]))).map(\.kind) == [.added, .removed])
    // Its going may come before the look, and its event after.
    seen = observation([:])
    events = seen.take(try block("add", "iopmem7")) { _ in true }
    #expect((events + seen.events(until: observation([:]))).map(\.kind) == [.added, .removed])
    seen = observation([:])
    #expect(seen.take(try block("remove", "iopmem7")) { _ in true } == [])
    #expect(seen.take(try block("add", "sda")) { $0.hasPrefix("iopmem") } == [])
    #expect(seen.events(until: observation([:])) == [])
  }

  @Test func resets() throws {
    var seen = observation(["iopmem0": device(), "iopmem1": ObservedDevice(place: "x")])
    let mine = try event(
      "change", ["SUBSYSTEM": "block", "DEVNAME": "iopmem1", "IOPMEM_EVENT": "reset"])
    #expect(
      seen.take(mine) { _ in true } == [MonitorEvent(.reset, "/dev/iopmem1", "was reset")])
    let link = try event(
      "change",
      ["SUBSYSTEM": "pci", "PCI_SLOT_NAME": "0000:00:03.0", "ERROR_EVENT": "FAILED_RECOVERY"])
    let told = seen.take(link) { _ in true }
    #expect(told.map(\.kind) == [.reset] && told.first?.subject == "/dev/iopmem0")
    for other in [
      try event(
        "change",
        [
          "SUBSYSTEM": "pci", "PCI_SLOT_NAME": "0000:00:04.0",
          "ERROR_EVENT": "FAILED_RECOVERY",
        ]),
      try event("change", ["SUBSYSTEM": "block", "DEVNAME": "iopmem0", "ERROR_EVENT": "reset"]),
      try event("change", ["SUBSYSTEM": "block", "DEVNAME": "iopmem0"]),
    ] { #expect(seen.take(other) { _ in true } == []) }
  }

  @Test func whatChangedOfFilesAndMaps() throws {
    let one = try #require(Fingerprint("1-" + String(repeating: "0", count: 32)))
    let two = try #require(Fingerprint("1-" + String(repeating: "1", count: 32)))
    func kinds(_ before: ObservedFile, _ after: ObservedFile) -> [MonitorEvent.Kind] {
      observation([:], files: [("/f", before)])
        .events(until: observation([:], files: [("/f", after)])).map(\.kind)
    }
    #expect(
      kinds(.mapped(one, isPinned: false), .mapped(two, isPinned: true)) == [.layout, .pinned])
    #expect(kinds(.mapped(one, isPinned: true), .mapped(one, isPinned: false)) == [.unpinned])
    #expect(kinds(.mapped(one, isPinned: true), .gone) == [.unmapped])
    #expect(kinds(.unsafe("x"), .unknown("y")) == [.unmapped])
    #expect(kinds(.gone, .mapped(one, isPinned: false)) == [.mapped])
    func map(_ state: ObservedMap) -> Observation { observation([:], maps: [("/m", state)]) }
    #expect(map(.holds).events(until: map(.ended(["x"]))).map(\.kind) == [.ended])
    #expect(map(.ended(["x"])).events(until: map(.unknown(["y"]))).map(\.kind) == [.unknown])
    #expect(map(.unknown(["y"])).events(until: map(.holds)).map(\.kind) == [.holds])
    #expect(map(.holds).mapsHold == true && map(.ended([])).mapsHold == false)
    #expect(map(.unknown([])).mapsHold == nil && observation([:]).mapsHold == true)
  }
}

import Linux
import SystemPackage
import TestSupport
import Testing

@testable import Iopmem

/// What a window rests on is watched, and nothing else.
@Suite struct WindowWatchTests {
  private let machine: Sysroot

  init() throws { machine = try TestMachine.make() }

  private var windows: WindowSource { WindowSource(root: SystemRoot(FilePath(machine.path))) }

  private func watch(_ minor: UInt32 = 1) throws -> WindowWatch {
    let number = DeviceNumber(major: 259, minor: minor)
    return try WindowWatch(try windows.window(of: number), of: number, windows)
  }

  static let folder = TestMachine.disk
  static let function = TestMachine.function

  @Test(arguments: [
    (folder + "/size", "262144\n"), (folder + "/iopmem0p1/start", "4096\n"),
    (folder + "/iopmem0p1/size", "81920\n"), (folder + "/iopmem/abi", "2\n"),
    (folder + "/iopmem/bar", "4\n"), (folder + "/iopmem/data_offset", "4096\n"),
    (folder + "/iopmem/bus_address", "0x0000001050000000\n"),
    (folder + "/iopmem/cpu_address", "0x0000002050000000\n"),
    (folder + "/iopmem/length", "6710886\n"), (function + "/power_state", "D3hot\n"),
    (function + "/resource", TestMachine.resource.replacing("2040000000", with: "2050000000")),
  ])
  func textThatChanges(_ file: String, _ text: String) throws {
    let watch = try watch()
    #expect(try watch.change() == nil)
    try machine.put(text, at: file)
    let name = try #require(file.split(separator: "/").last)
    #expect(try watch.change()?.contains("/\(name) says otherwise") == true)
    try TestMachine.fill(machine)
    #expect(try watch.change() == nil)
  }

  @Test func registersThatChange() throws {
    let watch = try watch(0)
    for config in [
      TestMachine.config(command: 0x04), TestMachine.config(bar2: 0x5000_000C),
      TestMachine.config(bar3: 0x20), [UInt8](repeating: 0xFF, count: 64),
    ] {
      try machine.put(config, at: Self.function + "/config")
      #expect(try watch.change() != nil)
    }
    // STATUS, which tells of errors and interrupts, and whatever else is in a header.
    var config = TestMachine.config()
    for place in 6..<0x10 where place != 0x0E { config[place] = 0xA5 }
    try machine.put(config, at: Self.function + "/config")
    #expect(try watch.change() == nil)
  }

  @Test func aGivenBaseRestsOnTheDeviceAlone() throws {
    let number = DeviceNumber(major: 259, minor: 0)
    let given = WindowSource(root: windows.root, choices: WindowChoices(base: 0x1000))
    let watch = try WindowWatch(try given.window(of: number), of: number, given)
    try machine.put(TestMachine.config(command: 0), at: Self.function + "/config")
    #expect(try watch.change() == nil)
    try machine.put("1\n", at: Self.folder + "/size")
    #expect(try watch.change() != nil)
  }

  @Test func whatIsNotThereIsNotWatched() throws {
    try machine.remove(Self.function + "/power_state")
    #expect(try watch().change() == nil)
  }

  @Test func aWindowThatIsNotTheDevicesIsRefused() throws {
    let number = DeviceNumber(major: 259, minor: 0)
    let former = try windows.window(of: number)
    try machine.put("131071\n", at: Self.folder + "/size")
    #expect(throws: Failure.self) { try WindowWatch(former, of: number, windows) }
  }
}

@testable import Iopmem
import Linux
import PCI
import SystemPackage
import TestSupport
import Testing

/// Plans over captured machines: fixtures/sysroots/README.md tells what they are.
@Suite struct BinderTests {
  private let machine: Sysroot
  private let binder: Binder

  static let bar = "sys/module/iopmem/parameters/bar"

  init() throws {
    machine = try Sysroot(copyOf: Project.folder + "/fixtures/sysroots/iopmem")
    binder = Binder(SystemRoot(FilePath(machine.path)))
  }

  private func function(_ text: String) throws -> FunctionAddress {
    try #require(FunctionAddress(text))
  }

  private static func lines(_ steps: [BindingPlan.Step]) -> [String] {
    steps.map { "\($0.value) > \($0.file)" }
  }

  /// What a plan is refused with.
  private func refusal(_ body: () throws -> BindingPlan) -> Failure? {
    do {
      _ = try body()
      return nil
    } catch { return error as? Failure }
  }

  @Test func aFreeFunctionIsBoundByName() throws {
    let plan = try binder.bindingPlan(for: function("00:04.0"))
    #expect(
      Self.lines(plan.steps) == [
        "iopmem > sys/bus/pci/devices/0000:00:04.0/driver_override",
        "0000:00:04.0 > sys/bus/pci/drivers_probe",
      ])
    #expect(plan.restoration.isEmpty)
    #expect(
      Self.lines(plan.withdrawal) == [
        " > sys/bus/pci/devices/0000:00:04.0/driver_override",
        "0000:00:04.0 > sys/bus/pci/drivers_probe",
      ])
  }

  @Test func aFormerPreferenceComesBackIfTheDriverDoesNotTakeIt() throws {
    let file = "sys/bus/pci/devices/0000:00:04.0/driver_override"
    try machine.put("vfio-pci\n", at: file)
    let plan = try binder.bindingPlan(for: function("00:04.0"))
    #expect(Self.lines(plan.withdrawal).first == "vfio-pci > \(file)")
  }

  @Test(arguments: [
    ("0000:02:00.0=1", "0000:02:00.0=1"), ("2", "2"), ("(null)", ""), ("", ""),
  ])
  func aNamedBARIsThisFunctionsAlone(former: String, restored: String) throws {
    try machine.put(former + "\n", at: Self.bar)
    let plan = try binder.bindingPlan(for: function("00:04.0"), bar: 0)
    #expect(Self.lines(plan.steps).first == "0000:00:04.0=0 > \(Self.bar)")
    #expect(Self.lines(plan.restoration) == ["\(restored) > \(Self.bar)"])
  }

  @Test func theParameterIsPutBackWhenAStepFails() throws {
    try machine.put("0000:02:00.0=1\n", at: Self.bar)
    // The captured machine has no driver_override to write.
    try machine.remove("sys/devices/pci0000:00/0000:00:04.0/driver_override")
    let address = try function("00:04.0")
    let plan = try binder.bindingPlan(for: address, bar: 0)
    #expect(throws: Failure.self) { try binder.bind(address, by: plan) }
    let root = SystemRoot(FilePath(machine.path))
    #expect(try root.text(FilePath(Self.bar)) == "0000:02:00.0=1")
  }

  @Test func aBoundFunctionNeedsNothing() throws {
    #expect(try binder.bindingPlan(for: function("01:00.0")).isEmpty)
    #expect(try binder.bindingPlan(for: function("01:00.0"), bar: 2).isEmpty)
    let failure = refusal { try binder.bindingPlan(for: function("01:00.0"), bar: 4) }
    #expect(failure?.reason == "is bound with BAR 2, not 4" && failure?.name == "differs")
    try machine.remove("sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/block/iopmem0/iopmem/bar")
    let unseen = refusal { try binder.bindingPlan(for: function("01:00.0"), bar: 2) }
    #expect(unseen?.code == .unknown)
  }

  @Test func anothersFunctionIsTakenOnlyByForce() throws {
    let failure = refusal { try binder.bindingPlan(for: function("02:00.0")) }
    #expect(failure?.code == .refused)
    #expect(failure?.reason.contains("nvme") == true)
    let plan = try binder.bindingPlan(for: function("02:00.0"), force: true)
    #expect(
      Self.lines(plan.steps).first
        == "0000:02:00.0 > sys/bus/pci/devices/0000:02:00.0/driver/unbind")
  }

  @Test func aMountedDiskIsNotTakenEvenByForce() throws {
    let number = try SystemRoot(FilePath(machine.path)).text("sys/class/block/nvme0n1/dev")
    try machine.put(
      "24 1 \(number) / /data rw - ext4 /dev/nvme0n1 rw\n", at: "proc/self/mountinfo")
    let failure = refusal { try binder.bindingPlan(for: function("02:00.0"), force: true) }
    #expect(failure?.code == .refused)
    #expect(failure?.reason.contains("mounted on /data") == true)
  }

  @Test func aDiskWithoutADeviceFileMayBeHeld() throws {
    let address = try function("02:00.0")
    do {
      try binder.checkNotHeld(address, "no-such!disk", "is in use")
      Issue.record("nobody is said to hold it")
    } catch {
      #expect(error.code == .unknown)
      #expect(error.reason.hasSuffix("there is no /dev/no-such/disk"))
    }
    // sysfs writes `!` for the `/` of a device file's name.
    try binder.checkNotHeld(address, "fd!.", "is in use")
  }

  @Test func bridgesAndRegistersAreRefused() throws {
    #expect(
      refusal { try binder.bindingPlan(for: function("00:01.0")) }?.reason == "is a bridge")
    #expect(
      refusal { try binder.bindingPlan(for: function("00:04.0"), bar: 5) }?.reason
        == "has no memory BAR 5")
  }

  /// The driver would refuse it too, but only after its preference was written.
  @Test func withoutAMemoryBARNothingIsPlanned() throws {
    let resource = "sys/devices/pci0000:00/0000:00:04.0/resource"
    let none = "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
    try machine.put(String(repeating: none, count: 7), at: resource)
    #expect(
      refusal { try binder.bindingPlan(for: function("00:04.0")) }?.reason == "has no memory BAR")
    try machine.put("", at: resource)
    #expect(refusal { try binder.bindingPlan(for: function("00:04.0")) }?.code == .unknown)
    try machine.remove(resource)
    #expect(refusal { try binder.bindingPlan(for: function("00:04.0")) }?.code == .unknown)
  }

  @Test func anothersRegistersAreNotOfferedForTaking() throws {
    let failure = refusal { try binder.bindingPlan(for: function("02:00.0")) }
    #expect(failure?.remedy?.contains("only memory may be taken") == true)
    try machine.put("0x058000\n", at: "sys/devices/pci0000:00/0000:00:02.0/0000:02:00.0/class")
    let memory = refusal { try binder.bindingPlan(for: function("02:00.0")) }
    #expect(memory?.remedy == "--force takes it from there")
  }

  @Test func withoutTheDriverNothingIsPlanned() throws {
    try machine.remove("sys/bus/pci/drivers/iopmem")
    let failure = refusal { try binder.bindingPlan(for: function("00:04.0")) }
    #expect(failure?.code == .failed)
    #expect(failure?.remedy == "modprobe iopmem")
  }

  @Test func aMountedDeviceIsUnboundOnlyByForce() throws {
    let failure = refusal { try binder.unbindingPlan(for: function("01:00.0")) }
    #expect(failure?.code == .refused)
    #expect(failure?.reason.contains("mounted on /mnt") == true)
    let plan = try binder.unbindingPlan(for: function("01:00.0"), force: true)
    #expect(
      Self.lines(plan.steps) == [
        "0000:01:00.0 > sys/bus/pci/drivers/iopmem/unbind",
        " > sys/bus/pci/devices/0000:01:00.0/driver_override",
      ])
  }

  @Test func onlyItsOwnFunctionsAreUnbound() throws {
    #expect(
      refusal { try binder.unbindingPlan(for: function("02:00.0")) }?.reason
        == "is driven by nvme, not by iopmem")
    #expect(try binder.unbindingPlan(for: function("00:04.0")).isEmpty)
  }

  /// As a run leaves it that was killed between two steps.
  @Test func aPreferenceThatIsLeftIsTakenBack() throws {
    let file = "sys/bus/pci/devices/0000:00:04.0/driver_override"
    for (preference, steps) in [("iopmem", [" > \(file)"]), ("vfio-pci", []), ("(null)", [])] {
      try machine.put(preference + "\n", at: file)
      #expect(try Self.lines(binder.unbindingPlan(for: function("00:04.0")).steps) == steps)
    }
  }

  @Test func aFunctionThatIsNotThereIsAFailure() throws {
    #expect(refusal { try binder.bindingPlan(for: function("ee:00.0")) }?.code == .failed)
  }
}

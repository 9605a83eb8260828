import TestSupport
import Testing

/// A dry run is a script that a shell takes as it is.
@Suite struct BindingScriptTests {
  private func plan(_ arguments: [String], on machine: String) async throws -> [String] {
    let tool = try await Tool.require(
      Project.binary, arguments + ["--dry-run", "--sysroot", machine])
    return tool.text.split(separator: "\n").map(String.init)
  }

  @Test func valuesAndClearedAttributesAreQuoted() async throws {
    let machine = try Sysroot(copyOf: Project.folder + "/fixtures/sysroots/iopmem")
    try machine.put("$(reboot) '\"\n", at: "sys/module/iopmem/parameters/bar")
    #expect(
      try await plan(["bind", "--bar", "0", "00:04.0"], on: machine.path) == [
        "echo 0000:00:04.0=0 > /sys/module/iopmem/parameters/bar",
        "echo iopmem > /sys/bus/pci/devices/0000:00:04.0/driver_override",
        "echo 0000:00:04.0 > /sys/bus/pci/drivers_probe",
        #"echo '$(reboot) '\''"' > /sys/module/iopmem/parameters/bar"#,
      ])
    #expect(
      try await plan(["unbind", "00:03.0"], on: machine.path) == [
        "echo 0000:00:03.0 > /sys/bus/pci/drivers/iopmem/unbind",
        "echo '' > /sys/bus/pci/devices/0000:00:03.0/driver_override",
      ])
  }

  @Test func aCapturedMachineIsNotWritten() async throws {
    let machine = Project.folder + "/fixtures/sysroots/iopmem"
    let tool = try await Tool.iopmem(["bind", "--sysroot", machine, "00:04.0"])
    #expect(tool.status == 64, "\(tool.errors)")
  }
}

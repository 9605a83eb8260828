@testable import Iopmem
import Linux
import SystemPackage
import TestSupport
import Testing

/// Who holds leases, as /proc tells it.
@Suite struct LeaseHoldersTests {
  private func machine() throws -> Sysroot {
    try Sysroot(copyOf: Project.folder + "/fixtures/sysroots/iopmem")
  }

  private func processes(_ machine: Sysroot) -> [UInt32] {
    LeaseHolders.processes(of: "iopmem0", in: SystemRoot(FilePath(machine.path)))
  }

  @Test func nobody() throws {
    #expect(processes(try machine()).isEmpty)
  }

  @Test func thoseOfThisDeviceAlone() throws {
    let machine = try machine()
    let lease = "pos:\t0\nflags:\t02000002\niopmem-device:\tiopmem0\niopmem-state:\theld\n"
    try machine.put("pos:\t0\n", at: "proc/20/fdinfo/0")
    try machine.put(lease, at: "proc/20/fdinfo/5")
    try machine.put(lease, at: "proc/3/fdinfo/9")
    try machine.put("iopmem-device:\tiopmem01\n", at: "proc/4/fdinfo/9")
    try machine.put("iopmem-file:\tiopmem-device:\tiopmem0\n", at: "proc/5/fdinfo/9")
    try machine.makeFolder("proc/6/fdinfo/7")
    try machine.put(lease, at: "proc/none/fdinfo/9")
    #expect(processes(machine) == [3, 20])
  }

  @Test func sentences() {
    #expect(LeaseHolders.sentence([7]) == "process 7")
    #expect(LeaseHolders.sentence([7, 8]) == "processes 7, 8")
    #expect(LeaseHolders.sentence([1, 2, 3, 4, 5, 6]) == "processes 1, 2, 3, 4 and 2 more")
  }
}

import TestSupport
import Testing

/// What bind and unbind tell programs, of captured machines.
@Suite struct BindAnswerTests {
  private let machine: Sysroot

  init() throws { machine = try Sysroot(copyOf: Project.folder + "/fixtures/sysroots/iopmem") }

  /// The answer to a dry run as jq shows it by a filter.
  private func answer(
    _ arguments: [String], status: Int32 = 0, _ filter: String
  ) async throws -> String {
    let tool = try await Tool.iopmem(
      arguments + ["--json", "--dry-run", "--sysroot", machine.path])
    tool.expect(status: status)
    #expect(try await Schema.complaint(about: tool.output, verb: arguments[0]) == nil)
    return try await tool.filtered(filter)
  }

  @Test func whatWouldBeDone() async throws {
    let filter = "[.function, .dry_run, .changed, .device, (.steps | length), (.errors | length)]"
    #expect(
      try await answer(["bind", "00:04.0"], filter) == #"["0000:00:04.0",true,true,null,2,0]"#)
    #expect(
      try await answer(["unbind", "00:03.0"], filter)
        == #"["0000:00:03.0",true,true,"/dev/iopmem1",2,0]"#)
  }

  @Test func whatIsSoAlreadyStays() async throws {
    let filter = "[.changed, .device, .steps]"
    let bound = #"[false,"/dev/iopmem1",[]]"#
    #expect(try await answer(["bind", "00:03.0"], filter) == bound)
    #expect(try await answer(["bind", "--bar", "2", "00:03.0"], filter) == bound)
    #expect(try await answer(["unbind", "00:04.0"], filter) == "[false,null,[]]")
  }

  @Test func whatIsRefusedIsAnAnswer() async throws {
    let filter = "[.changed, (.errors[] | .code, .status, .subject, .message)]"
    #expect(
      try await answer(["bind", "--bar", "4", "00:03.0"], status: 2, filter)
        == #"[false,"differs",2,"0000:00:03.0","is bound with BAR 2, not 4"]"#)
    #expect(
      try await answer(["unbind", "02:00.0"], status: 2, filter)
        == #"[false,"other-driver",2,"0000:02:00.0","is driven by nvme, not by iopmem"]"#)
    let bridge = try await answer(["bind", "00:01.0"], status: 2, filter)
    #expect(bridge.contains(#""bridge",2,"#), "\(bridge)")
    let missing = try await answer(["bind", "ee:00.0"], status: 1, filter)
    #expect(missing.contains(#"[null,"not-found",1,"#), "\(missing)")
  }
}

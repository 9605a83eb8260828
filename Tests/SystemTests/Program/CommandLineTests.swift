import TestSupport
import Testing

/// The command line itself.
@Suite struct CommandLineTests {
  /// The run-time library reads it from `/proc`, for which there is no descriptor left. (A program
  /// that is not linked statically does not even start.)
  @Test func oneThatCannotBeReadIsNoCallForHelp() async throws {
    let result = try await Tool.run(
      "sh", ["-c", "ulimit -n 3; exec \"$0\" list --json", Project.binary])
    #expect(result.status != 0)
    #expect(result.output.isEmpty, "\(result.text)")
  }
}

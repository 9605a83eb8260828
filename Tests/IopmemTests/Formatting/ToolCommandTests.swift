import Signature
import SystemPackage
import TestSupport
import Testing

@testable import Iopmem

@Suite struct ToolCommandTests {
  @Test func whatIsNotInstalledIsNamedWithItsPackage() async throws {
    let command = ToolCommand("mkfs.of-no-package", package: "no-package")
    let failure = await #expect(throws: Failure.self) { try await command.run(on: "/dev/x") }
    #expect(failure?.code == .failed)
    #expect(failure?.reason.contains("mkfs.of-no-package is not installed") == true)
    #expect(failure?.remedy?.contains("no-package") == true)
  }

  @Test func argumentsAndVariablesArriveAsTheyAre() async throws {
    var command = ToolCommand(
      "sh", package: "dash", environment: [ToolCommand.Variable(name: "A", value: "b c")])
    command.arguments = [
      Array("-c".utf8), Array("printf '%s|' \"$A\" \"$@\" >&2".utf8), Array("sh".utf8), [],
      Array("d\ne".utf8),
    ]
    #expect(try await command.run(on: "/dev/x") == "b c||d\ne|")
  }

  @Test func endingsAreTold() async throws {
    for (script, ending) in [
      ("echo why; printf '\\033[2J' >&2; exit 3", "sh failed with status 3: why / [2J"),
      ("kill -9 $$", "sh was killed by signal 9: "),
    ] {
      var command = ToolCommand("sh", package: "dash")
      command.add("-c", script)
      let failure = await #expect(throws: Failure.self) { try await command.run(on: "/dev/x") }
      #expect(failure?.reason == ending)
    }
  }
}

@Suite struct ExistingContentTests {
  @Test func onlyZerosAreBlank() {
    #expect(
      ExistingContent(content: .unrecognised, startIsUsed: false, endIsUsed: false).objection
        == nil)
    for (start, end) in [(true, false), (false, true), (true, true)] {
      #expect(
        ExistingContent(content: .unrecognised, startIsUsed: start, endIsUsed: end).objection
          != nil)
    }
    // Ambivalent counts, though nothing could be named.
    #expect(
      ExistingContent(content: .ambivalent([]), startIsUsed: false, endIsUsed: false).objection
        != nil)
  }

  @Test func aLabelForgesNoLine() throws {
    let signature = KnownSignature(
      kind: .filesystem, type: "ext4", label: Array("x\niopmem: fine\u{1B}".utf8))
    let objection = try #require(
      ExistingContent(content: .found(signature), startIsUsed: false, endIsUsed: false).objection)
    #expect(!objection.contains("\n"))
    #expect(!objection.contains("\u{1B}"))
  }
}

internal import Iopmem
internal import TestSupport
internal import Testing

/// How every verb ends, and what it says to programs.
@Suite struct StatusTests {
  @Test func everyVerbSucceedsAndItsOutputFollowsItsSchema() async throws {
    let examples = try await VerbExamples()
    for verb in try await ProgramHelp.read().verbsWithoutPrivileges {
      let arguments = try #require(examples.arguments(of: verb.commandName), "\(verb.commandName)")
      let text = try await Tool.iopmem(arguments)
      #expect(text.status == 0 && !text.output.isEmpty, "\(verb.commandName): \(text.errors)")
      guard let schema = verb.schema else { continue }
      let json = try await Tool.iopmem(arguments + ["--json"])
      #expect(json.status == 0, "\(verb.commandName): \(json.errors)")
      let complaint = try await Schema.complaint(about: json.output, verb: schema)
      #expect(complaint == nil, "\(verb.commandName)")
    }
  }

  /// A refusal is an answer too: a document with the reason, under a name that is listed.
  @Test func everyVerbThatFailsAnswersPrograms() async throws {
    let examples = try await VerbExamples()
    for verb in try await ProgramHelp.read().verbs {
      guard let schema = verb.schema else { continue }
      let arguments = try #require(examples.failing(verb.commandName), "\(verb.commandName)")
      // Before a command.
      let asking = [arguments[0], "--json"] + arguments.dropFirst()
      let json = try await Tool.iopmem(asking)
      #expect(json.status != 0 && !json.errors.isEmpty, "\(verb.commandName)")
      let complaint = try await Schema.complaint(about: json.output, verb: schema)
      #expect(complaint == nil, "\(verb.commandName)")
      let statuses = try await json.filtered("[.errors[].status]")
      #expect(statuses == "[\(json.status)]", "\(verb.commandName)")
      let code = try await json.filtered(".errors[0].code").dropFirst().dropLast()
      #expect(Failure.allNames.contains(String(code)), "\(verb.commandName): \(code)")
      let full = try await full(asking)
      // The worse decides.
      #expect(full.status == json.status, "\(verb.commandName)")
      #expect(full.errors.contains("standard output"), "\(verb.commandName)")
      #expect(full.errors.contains(json.errors), "\(verb.commandName)")
    }
  }

  @Test func theValidatorComplainsOfWhatTheSchemaDoesNotKnow() async throws {
    for document in [
      #"{"schema":"iopmem.fiemap/1"}"#, #"{"schema":"iopmem.fiemap/2","files":[],"errors":[]}"#,
      #"{"schema":"iopmem.fiemap/1","files":[],"errors":[],"more":1}"#,
      #"{"schema":"iopmem.fiemap/1","files":[],"errors":[{}]}"#,
    ] {
      let complaint = try await Schema.complaint(about: Array(document.utf8), verb: "fiemap")
      #expect(complaint != nil)
    }
  }

  @Test func outputThatCannotBeWrittenIsAFailure() async throws {
    let examples = try await VerbExamples()
    for verb in try await ProgramHelp.read().verbsWithoutPrivileges {
      let arguments = try #require(examples.arguments(of: verb.commandName))
      let json = verb.schema == nil ? [] : [["--json"]]
      for form in [[], ["--help"], ["--version"]] + json {
        let tool = try await full(arguments + form)
        #expect(tool.status == 1, "\(verb.commandName) \(form)")
        #expect(tool.errors.contains("standard output"), "\(verb.commandName) \(form)")
      }
    }
  }

  @Test func outputThatCannotBeWrittenDoesNotHideWhatIsDone() async throws {
    let folder = try TemporaryFolder()
    let manifest = try folder.write(
      """
      schema: iopmem.manifest/1
      filesystems:
        - on: {image: \(folder("applied.img")), size: 64MiB, base: "0xc0000000"}
          type: ext4
          files: [{path: ring, size: 64KiB}]
      """.utf8, to: "manifest.yaml")
    for (arguments, done) in [
      (["mkfs", "--size", "16M", folder("new.img")], "the file system is made"),
      (["place", "--image", folder("new.img"), "--size", "4K", "/f"], "everything is placed"),
      (["apply", manifest], "everything is as declared"),
    ] {
      for form in [[], ["--json"]] {
        if arguments[0] != "place" { try await Tool.require("rm", ["-f", folder("applied.img")]) }
        let tool = try await full(arguments + form + (arguments[0] == "apply" ? [] : ["--force"]))
        #expect(tool.status == 1, "\(tool.errors)")
        #expect(
          tool.errors.contains("\(done), but standard output cannot be written"), "\(tool.errors)")
      }
    }
  }

  @Test func outputThatCannotBeWrittenHidesNoWorseStatus() async throws {
    let examples = try await VerbExamples()
    let wrong = try examples.folder.write("schema: none".utf8, to: "wrong")
    let check = try #require(examples.arguments(of: "check"))
    let machine = Project.folder + "/fixtures/sysroots/iopmem"
    for arguments in [
      ["fiemap", "--image", examples.image, "--base", "0xc0000000", "/file", "/"],
      ["fiemap", "/dev/null"], ["pin", "/dev/null"], ["unpin", "--json", "/dev/null"],
      ["lease", "--json", "/dev/null"], ["mkfs", "/dev/null"], ["place", "/dev/null", "x"],
      ["apply", "--json", wrong], ["verify", "--map", wrong],
      ["check", "--sysroot", machine, "--all-clients", "iopmem0"],
      Array(check.dropLast()) + ["--for", "0000:00:00.0", "iopmem0"],
      ["map", "/dev/null"], ["monitor", "--once", "/dev/null"],
    ] {
      for form in arguments.contains("--json") ? [[]] : [[], ["--json"]] {
        let told = try await Tool.iopmem(arguments + form)
        let full = try await full(arguments + form)
        #expect(told.status > 1 && full.status == told.status, "\(arguments) \(full.errors)")
        if !told.output.isEmpty {
          #expect(full.errors.contains("standard output"), "\(arguments) \(full.errors)")
        }
      }
    }
  }

  /// Runs the program with an output that takes nothing.
  private func full(_ arguments: [String]) async throws -> Tool {
    try await Tool.run("sh", ["-c", #"exec "$0" "$@" >/dev/full"#, Project.binary] + arguments)
  }

  @Test func aPipeThatNobodyReadsIsAFailure() async throws {
    // Python, since it hands on a pipe whose reading end is closed for certain.
    let script = """
      import os, subprocess, sys
      reading, writing = os.pipe()
      os.close(reading)
      sys.exit(subprocess.run(sys.argv[1:], stdout=writing).returncode & 255)
      """
    let examples = try await VerbExamples()
    for verb in try await ProgramHelp.read().verbsWithoutPrivileges {
      let arguments = try #require(examples.arguments(of: verb.commandName))
      let tool = try await Tool.run(
        "/usr/bin/python3", ["-c", script, Project.binary] + arguments)
      #expect(tool.status == 1, "\(verb.commandName)")
      #expect(tool.errors.contains("standard output"), "\(verb.commandName)")
    }
  }

  @Test func commandLinesThatMakeNoSenseAreUsageErrors() async throws {
    var lines = [["no-such-verb"], ["--no-such-option"]]
    for verb in try await ProgramHelp.read().verbs {
      lines += VerbExamples.nonsense(of: verb.commandName)
    }
    for line in lines {
      let tool = try await Tool.iopmem(line)
      #expect(tool.status == 64, "\(line)")
      #expect(tool.output.isEmpty && !tool.errors.isEmpty, "\(line)")
    }
  }
}

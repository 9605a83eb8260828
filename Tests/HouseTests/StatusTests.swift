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
      let full = try await Tool.run(
        "sh", ["-c", #"exec "$0" "$@" >/dev/full"#, Project.binary] + asking)
      #expect(full.status == 1 && full.errors.contains("standard output"), "\(verb.commandName)")
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
        let tool = try await Tool.run(
          "sh", ["-c", #"exec "$0" "$@" >/dev/full"#, Project.binary] + arguments + form)
        #expect(tool.status == 1, "\(verb.commandName) \(form)")
        #expect(tool.errors.contains("standard output"), "\(verb.commandName) \(form)")
      }
    }
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

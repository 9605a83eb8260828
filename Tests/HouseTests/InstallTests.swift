internal import FoundationEssentials
internal import TestSupport
internal import Testing

/// What an operator gets.
@Suite struct InstallTests {
  private let installed: Installation

  init() async throws { installed = try await Installation() }

  @Test func everyNameIsThatVerb() async throws {
    for verb in try await ProgramHelp.read().verbs.map(\.commandName) {
      let link = verb == "mkfs" ? "sbin/mkfs.iopmem" : "bin/iopmem-\(verb)"
      let byLink = try await Tool.require(installed(link), ["--help"])
      let byVerb = try await Tool.require(installed("bin/iopmem"), [verb, "--help"])
      #expect(byLink.output == byVerb.output, "\(link)")
      let name = link.split(separator: "/").last ?? ""
      let completion = installed("share/bash-completion/completions/\(name)")
      #expect(FileManager.default.isReadableFile(atPath: completion), "\(completion)")
    }
  }

  @Test func mountFindsItsHelper() async throws {
    let helper = try await Tool.require(installed("sbin/mount.iopmem"), ["--help"])
    #expect(helper.text.contains("mount.iopmem"))
  }

  @Test func pagesAndSchemasAreThere() async throws {
    for verb in try await ProgramHelp.read().verbs {
      let page = verb.page.replacing("man/", with: "share/man/man8/")
      let schema = verb.schema.map { "share/iopmem/schemas/iopmem.\($0).schema.json" }
      for path in [page, schema].compactMap(\.self) {
        #expect(FileManager.default.isReadableFile(atPath: installed(path)), "\(path)")
      }
    }
  }

  /// Every name of a verb and of a function of the library leads to its page.
  @Test func pagesAreFoundByEveryName() throws {
    let functions = try String(
      contentsOfFile: Project.folder + "/Sources/CIopmem/iopmem.map", encoding: .utf8
    ).split(separator: "\n").map { $0.filter { $0 != "\t" && $0 != ";" } }
      .filter { $0.hasPrefix("iopmem_") && !$0.contains(":") && !$0.contains("{") }
    #expect(functions.count > 10)
    let names = functions.map { "man3/\($0).3" } + ["man8/iopmem-mkfs.8", "man8/mount.iopmem.8"]
    for name in names {
      #expect(FileManager.default.isReadableFile(atPath: installed("share/man/" + name)), "\(name)")
    }
  }

  /// The units start what is installed, and systemd knows each of their words.
  @Test func systemdTakesTheUnits() async throws {
    let units = ["iopmem-apply.service", "iopmem-bind@.service", "iopmem@.service"]
    let folder = installed("lib/systemd/system")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == units)
    for unit in units {
      let text = try String(contentsOfFile: folder + "/" + unit, encoding: .utf8)
      let here = installed.folder(unit)
      try text.replacing("/opt/iopmem/", with: installed(""))
        .write(toFile: here, atomically: true, encoding: .utf8)
      let tool = try await Tool.run("systemd-analyze", ["verify", "--man=no", here])
      #expect(tool.status == 0 && tool.errors.isEmpty, "\(unit): \(tool.errors)")
    }
  }

  /// DKMS finds all that the driver is built of.
  @Test func theDriversSourceIsWhole() throws {
    let files = FileManager.default
    let source = try #require(
      files.contentsOfDirectory(atPath: installed("src")).first { $0.hasPrefix("iopmem-") })
    for path in try files.subpathsOfDirectory(atPath: Project.folder + "/driver")
    where path.hasSuffix(".c") || path.hasSuffix(".h") || ["Kbuild", "dkms.conf"].contains(path) {
      // What a build makes of modules is no source.
      if path.hasSuffix(".mod.c") { continue }
      #expect(files.isReadableFile(atPath: installed("src/\(source)/\(path)")), "\(path)")
    }
    let configuration = try String(
      contentsOfFile: installed("src/\(source)/dkms.conf"), encoding: .utf8)
    let version = source.dropFirst("iopmem-".count)
    #expect(configuration.contains("PACKAGE_VERSION=\"\(version)\"\n"))
  }

  /// iopmem(4) names `<linux/iopmem.h>`.
  @Test(arguments: ["cc -std=c99", "c++ -x c++ -std=c++11"])
  func theDriversHeaderStandsAlone(compiler: String) async throws {
    let header = installed("include/linux/iopmem.h")
    let flags = ["-Wall", "-Wextra", "-Werror", "-fsyntax-only", header]
    try await Tool.require("sh", ["-c", "\(compiler) \"$@\"", "sh"] + flags)
  }

  @Test func nothingIsLeftBehind() async throws {
    try await installed.make("uninstall")
    let left = try await Tool.require("find", [installed.folder.path, "-not", "-type", "d"])
    #expect(left.text.isEmpty)
  }

  @Test(arguments: Shell.allCases)
  func shellsCompleteEveryName(shell: Shell) async throws {
    for (name, typed, option) in Shell.examples {
      let completed = try await shell.complete(name, typed, with: installed("share"))
      #expect(completed == option, "\(name)")
    }
  }

  /// Where a device or a file may stand, both are offered. zsh shows no list here.
  @Test(arguments: [Shell.bash, .fish])
  func shellsOfferDevicesAndFiles(shell: Shell) async throws {
    let devices = try FileManager.default.contentsOfDirectory(atPath: "/sys/class/block")
    for command in ["iopmem map", "mkfs.iopmem"] {
      let offered = try await shell.complete(command, "", with: installed("share"))
      for device in devices { #expect(offered.contains("/dev/\(device)"), "\(command)") }
      #expect(offered.contains("Package.swift"), "\(command) \(offered)")
    }
  }
}

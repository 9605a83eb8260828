internal import FoundationEssentials
internal import TestSupport
internal import Testing

/// One version number for the program, the library, the driver, the package that builds it, and the
/// newest section of the changes.
@Suite struct VersionTests {
  @Test(arguments: [
    ("driver/main.c", #"MODULE_VERSION("%");"#),
    ("driver/dkms.conf", #"PACKAGE_VERSION="%""#),
    ("CHANGELOG.md", "## %"),
  ])
  func everyPartHasTheProgramsVersion(path: String, line: String) async throws {
    let version = try await Tool.require(Project.binary, ["--version"]).text
      .trimmingPrefix("iopmem ").prefix { $0 != "\n" }
    let text = try String(contentsOfFile: Project.folder + "/" + path, encoding: .utf8)
    let wanted = line.replacing("%", with: version)
    let found = text.split(separator: "\n").contains(wanted[...])
    #expect(found, "\(path) has no line \(wanted)")
  }
}

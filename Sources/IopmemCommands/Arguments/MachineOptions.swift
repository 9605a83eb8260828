internal import ArgumentParser
internal import Iopmem
internal import Linux
internal import SystemPackage

/// Options of every verb that reads the machine.
struct MachineOptions: ParsableArguments {
  @Option(
    name: .customLong("sysroot"),
    help: ArgumentHelp(
      "Read /sys and /proc of a captured machine below DIR.", valueName: "dir"))
  var sysroot: PathArgument?

  func validate() throws {
    guard let path = sysroot?.path else { return }
    let name = QuotedName(path).text
    do {
      guard try Status(of: path.appending("sys"), followingLinks: true).kind == .directory else {
        throw ValidationError("--sysroot \(name) is no captured machine: its sys is no folder.")
      }
    } catch let error as Errno {
      throw ValidationError(
        "--sysroot \(name) is no captured machine: it has no folder sys: \(error)")
    }
  }

  /// The machine to read.
  var root: SystemRoot { sysroot.map { SystemRoot($0.path) } ?? SystemRoot() }
}

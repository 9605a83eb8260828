internal import ArgumentParser
internal import Iopmem
internal import Linux
internal import SystemPackage

/// `--sysroot`, of every verb that reads the machine: as `ArgumentHelp.imageOffset` no group.
extension ArgumentHelp {
  static let sysroot = ArgumentHelp(
    "Read /sys and /proc of a captured machine below DIR.", valueName: "dir")
}

extension SystemRoot {
  /// The machine to read.
  init(option: PathArgument?) { self = option.map { SystemRoot($0.path) } ?? SystemRoot() }

  /// Refuses what is no captured machine.
  static func validate(option: PathArgument?) throws {
    guard let path = option?.path else { return }
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
}

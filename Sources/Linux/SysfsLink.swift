public import SystemPackage

/// A link in a folder of sysfs, as `driver` or `subsystem`: present, absent by sight, or unseen.
public enum SysfsLink: Sendable, Hashable {
  /// The link is there, and this is the last component of its target.
  case to(String)
  /// The folder was listed, and has no such name.
  case absent
  /// Neither the link nor the folder's list could be read.
  case unseen

  /// The last name; nil where there is none, or none was seen.
  public var name: String? { if case .to(let name) = self { name } else { nil } }
}

extension SystemRoot {
  /// Reads a link in a folder.
  ///
  /// What it leads to need not be there: a captured machine has no folders of drivers. The
  /// corresponding C function is `readlink`.
  public func link(_ name: String, in folder: FilePath) -> SysfsLink {
    if let target = target(of: folder.entry(name)) { return .to(target) }
    guard let names = try? names(in: folder), !names.contains(name) else { return .unseen }
    return .absent
  }

  private func target(of link: FilePath) -> String? {
    (try? SymbolicLink.read(absolute(link))).flatMap { FilePath(bytes: $0).lastComponent?.string }
  }
}

public import SystemPackage

/// Resolves the links in one folder, as `sys/bus/pci/devices`, of which many lead to the same few
/// folders: each of these is looked at once.
public struct LinkResolver {
  private let folder: FilePath
  private let root: SystemRoot
  /// Where the folder itself leads.
  private var home: FilePath?
  /// The folders that are on no way over a link.
  private var plain: Set<FilePath> = []

  /// A resolver of a folder's links.
  public init(of folder: FilePath, in root: SystemRoot) {
    self.folder = folder
    self.root = root
  }

  /// Where a link leads with every symbolic link followed, relative to the root.
  /// - Throws: as `SystemRoot.resolved` does.
  public mutating func resolved(_ name: String) throws(Errno) -> FilePath {
    let link = folder.entry(name)
    if home == nil { home = try root.resolved(folder) }
    guard let home, let text = try? SymbolicLink.read(root.absolute(link)) else {
      return try root.resolved(link)
    }
    let target = home.pushing(FilePath(bytes: text)).lexicallyNormalized()
    let above = target.removingLastComponent()
    if !plain.contains(above) {
      guard !target.isAbsolute, try root.resolved(above) == above else {
        return try root.resolved(link)
      }
      plain.insert(above)
    }
    guard (try? Status(of: root.absolute(target)).kind) == .directory else {
      return try root.resolved(link)
    }
    return target
  }
}

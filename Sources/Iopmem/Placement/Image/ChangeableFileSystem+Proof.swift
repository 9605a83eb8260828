internal import Ext4
internal import Linux
internal import SystemPackage

extension ChangeableFileSystem {
  /// Reads the layouts back and proves them: what is reported is what the file system says.
  func prove(
    _ made: [MadeEntry], _ origin: Origin
  ) throws(Failure) -> [PlacedFile] {
    var placed: [PlacedFile] = []
    for new in made {
      guard let size = new.planned.entry.content.fileSize else { continue }
      let path = new.planned.path
      let (inode, layout) = try explain(path) { () throws(Ext4Error) in
        let inode = try base.inode(new.inode)
        return (inode, try base.layout(of: inode))
      }
      let problem = layout?.problem(size: size, new.planned.alignment)
      guard let layout, problem == nil,
        var file = try? PlacedFile(path: path, size: size, layout, origin: origin)
      else { throw Failure(.failed, path, problem ?? "cannot be mapped") }
      file.isPinned = inode.isImmutable
      placed.append(file)
    }
    return placed
  }
}

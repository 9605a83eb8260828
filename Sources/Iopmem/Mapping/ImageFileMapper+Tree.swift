internal import Ext4
internal import Linux
public import SystemPackage

/// A regular file of an image that a walk has found, or a user named.
public struct ImageFile: WalkedFile {
  let path: FilePath
  /// Its inode, where it was read already; the failure where it could not be.
  let found: Result<Ext4.Inode?, Failure>

  init(_ path: FilePath, _ found: Result<Ext4.Inode?, Failure>) {
    self.path = path
    self.found = found
  }

  /// A file that a user named.
  public init(named path: FilePath) { self.init(path, .success(nil)) }

  /// No folder is kept open.
  public func opensFolder(besides other: ImageFile?) -> Bool { false }
}

/// Every regular file below a directory of an image, or the file itself.
public struct ImageWalk {
  /// What is still to be looked at, the next one last; the first has no number yet.
  fileprivate var pending: [(path: FilePath, number: UInt32?)]
  /// Damage can make a circle of directories.
  fileprivate var visited: Set<UInt32> = []
}

extension ImageFileMapper {
  /// A walk that begins at a directory or a file.
  public func walk(_ path: FilePath) -> ImageWalk { ImageWalk(pending: [(path, nil)]) }

  /// The next file of a walk; nil after the last.
  public func next(of walk: inout ImageWalk) -> ImageFile? {
    while let (path, number) = walk.pending.popLast() {
      do throws(Failure) {
        let inode = try node(path, number)
        switch inode.kind {
        case .regular: return ImageFile(path, .success(inode))
        case .directory:
          let entries = try entries(of: inode, path, &walk.visited)
          walk.pending += entries.reversed().map { (path.entry($0.name), $0.inode) }
        default: break
        }
      } catch { return ImageFile(path, .failure(error)) }
    }
    return nil
  }

  /// Maps a file that was found, its failure as a value.
  /// - Parameter segments: emptied, then filled.
  public mutating func outcome(
    of file: ImageFile, into segments: inout SegmentList
  ) -> Result<FileMap, Failure> {
    do throws(Failure) {
      guard let inode = try file.found.get() else {
        return .success(try map(file.path, into: &segments))
      }
      return .success(try map(inode, named: file.path, into: &segments))
    } catch { return .failure(error) }
  }

  private func node(_ path: FilePath, _ number: UInt32?) throws(Failure) -> Ext4.Inode {
    do throws(Ext4Error) {
      if let number { return try fileSystem.inode(number) }
      return try fileSystem.lookUp(path)
    } catch { throw Failure(reading: error, path) }
  }

  /// The names in a directory that was not seen before, in their order.
  private func entries(
    of directory: Ext4.Inode, _ path: FilePath, _ visited: inout Set<UInt32>
  ) throws(Failure) -> [DirectoryEntry] {
    guard visited.insert(directory.number).inserted else {
      throw Failure(.refused, path, "is reached twice: the directories are damaged")
    }
    try Failure.expectShort(path)
    do { return try fileSystem.entries(of: directory.number).sorted(byName: \.name) } catch {
      throw Failure(reading: error, path)
    }
  }
}

internal import Linux
internal import SystemPackage

/// The files and folders of a folder that are still to be visited, in the one order of names.
///
/// A walk of a tree keeps one for each folder that it is in, and so never all names of the tree. It opens
/// them anew by their paths, and knows them by their inodes: who may write a folder can put a link in the
/// place of any part of such a path.
struct FolderNames {
  /// A name and, of a folder, what has it.
  private struct Name {
    let name: FilePath
    let kind: Status.Kind?
    /// Nil of what is no folder.
    let inode: Result<Inode, Errno>?
  }

  /// What an inode is known by as long as it is there.
  private struct Inode: Equatable {
    let device: DeviceNumber
    let number: UInt64

    init(_ status: Status) { (device, number) = (status.device, status.inode) }
  }

  /// The folder.
  let folder: FilePath
  /// Whether its names were read.
  private(set) var isRead = false
  /// The first one last.
  private var rest: [Name] = []
  /// The folder's, or why it is not known; nil for whatever has the path of the topmost one when it is
  /// opened first.
  private var inode: Result<Inode, Errno>?

  /// The names of a folder that nobody read yet.
  init(_ folder: FilePath) { self.folder = folder }

  private init(_ folder: FilePath, _ inode: Result<Inode, Errno>?) {
    (self.folder, self.inode) = (folder, inode)
  }

  /// Opens the folder.
  /// - Throws: `staleNFSFileHandle` where another has its path by now, and what kept its inode from being
  ///   read.
  mutating func open() throws(Errno) -> Descriptor {
    let expected = try inode?.get()
    let descriptor = try Descriptor(folder, .readOnly, options: [.directory, .noFollow])
    let found = Inode(try descriptor.status())
    guard expected == nil || found == expected else { throw .staleNFSFileHandle }
    inode = .success(found)
    return descriptor
  }

  /// Whether nothing is left to visit.
  var isDone: Bool { isRead && rest.isEmpty }

  /// Leaves out what is left, of a folder that cannot be opened.
  mutating func giveUp() { (isRead, rest) = (true, []) }

  /// Reads a folder's names.
  /// - Returns: what went wrong before the end; the names until then are there.
  mutating func read(_ directory: inout Directory) -> Errno? {
    isRead = true
    var failure: Errno?
    do throws(Errno) {
      while let entry = try directory.next() {
        var kind = entry.kind
        var inode: Result<Inode, Errno>?
        if kind == nil || kind == .directory {
          do throws(Errno) {
            let status = try directory.status(of: entry.name)
            (kind, inode) = (status.kind, .success(Inode(status)))
          } catch .noSuchFileOrDirectory {
            continue
          } catch { inode = .failure(error) }
        }
        guard [.directory, .regular, nil].contains(kind) else { continue }
        rest.append(Name(name: entry.name, kind: kind, inode: inode))
      }
    } catch { failure = error }
    rest = rest.sorted(byName: \.name).reversed()
    return failure
  }

  /// Takes the next one out if it is a folder.
  mutating func takeFolder() -> FolderNames? {
    guard let next = rest.last, next.kind == .directory else { return nil }
    rest.removeLast()
    return FolderNames(folder.entry(next.name), next.inode)
  }

  /// Takes the next one out unless it is a folder: a file, or what does not tell.
  /// - Returns: its name in the folder.
  mutating func takeFile() -> FilePath? {
    guard let next = rest.last, next.kind != .directory else { return nil }
    rest.removeLast()
    return next.name
  }
}

internal import Linux
public import SystemPackage

/// A regular file, or what may be one, that a walk has found.
public struct FoundFile: WalkedFile, Sendable {
  /// Its place in a folder that is held open, whatever becomes of the folder's path.
  let place: Result<Place, Failure>

  enum Place: Sendable {
    /// What the path leads to; a symbolic link is followed.
    case path(FilePath)
    /// A name in a folder; a symbolic link is refused.
    case entry(FilePath, in: SearchedFolder)
  }

  /// A file that a user named.
  public init(named path: FilePath) { place = .success(.path(path)) }

  init(_ name: FilePath, in folder: SearchedFolder) {
    place = .success(.entry(name, in: folder))
  }

  /// What cannot be looked at, and stands in the place of files.
  init(_ failure: Failure) { place = .failure(failure) }

  /// Whether it keeps a folder open that another one does not.
  public func opensFolder(besides other: FoundFile?) -> Bool {
    folder != nil && folder !== other?.folder
  }

  private var folder: SearchedFolder? {
    if case .success(.entry(_, let folder)) = place { folder } else { nil }
  }
}

/// A folder that is open while any file found in it is still to be mapped.
final class SearchedFolder: Sendable {
  /// Its path, as a user would write it.
  let path: FilePath
  private let descriptor: Descriptor

  init(_ descriptor: consuming Descriptor, named path: FilePath) {
    self.path = path
    self.descriptor = descriptor
  }

  /// Opens a file by its name.
  func open(_ name: FilePath) throws(Errno) -> Descriptor {
    // What was a regular file may by now be a link, or a FIFO that waits for a writer.
    try Descriptor(name, in: descriptor, .readOnly, options: [.noFollow, .nonBlocking])
  }
}

/// Finds every regular file below a directory, or the file itself, in the order of
/// `FilePath.precedes`. Symbolic links are not followed.
public struct FileWalk {
  private var first: FilePath?
  /// The folders that the walk is in, from the top down.
  private var folders: [FolderNames] = []
  /// The last of them, while its files are handed out.
  private var open: SearchedFolder?

  /// A walk that begins at a directory or a file.
  public init(_ path: FilePath) { first = path }

  /// The next file; nil after the last.
  public mutating func next() -> FoundFile? {
    if let path = first {
      first = nil
      let kind: Status.Kind
      do { kind = try Status(of: path).kind } catch {
        return FoundFile(Failure(error, path, "cannot stat"))
      }
      guard kind == .directory else { return FoundFile(named: path) }
      folders.append(FolderNames(path))
    }
    while let last = folders.indices.last {
      if folders[last].isDone {
        folders.removeLast()
        open = nil
      } else if let subfolder = folders[last].takeFolder() {
        folders.append(subfolder)
        open = nil
      } else if let file = nextFile(of: last) {
        return file
      }
    }
    return nil
  }

  /// The next file of a folder, before which comes the reading of its names; nil where a folder comes
  /// first, or nothing.
  private mutating func nextFile(of last: Int) -> FoundFile? {
    let path = folders[last].folder
    if open == nil {
      do {
        let folder = try folders[last].open()
        if !folders[last].isRead {
          let itself = try Descriptor(".", in: folder, .readOnly, options: .directory)
          var directory = try Directory(taking: itself)
          if let error = folders[last].read(&directory) {
            return FoundFile(Failure(error, path, "cannot read the directory"))
          }
        }
        open = SearchedFolder(folder, named: path)
      } catch {
        folders[last].giveUp()
        return FoundFile(.opening(folder: path, error))
      }
    }
    guard let open, let name = folders[last].takeFile() else { return nil }
    return FoundFile(name, in: open)
  }
}

extension Failure {
  /// A folder that a walk cannot open, or whose path leads to another by now.
  static func opening(folder path: FilePath, _ error: Errno) -> Failure {
    guard error == .staleNFSFileHandle else { return Failure(error, path, "cannot open") }
    return Failure(
      .failed, path, "was exchanged for another directory meanwhile", remedy: "try again",
      cause: error)
  }
}

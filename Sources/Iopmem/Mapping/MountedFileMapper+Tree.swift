internal import Linux
public import SystemPackage

extension MountedFileMapper {
  /// Maps every regular file below a directory, or the file itself.
  public mutating func mapTree(
    _ path: FilePath, into segments: inout SegmentList,
    _ body: (Result<FileMap, Failure>, borrowing SegmentList) throws(Failure) -> Void
  ) throws(Failure) {
    let kind: Status.Kind
    do { kind = try Status(of: path).kind } catch {
      return try body(.failure(Failure(error, path, "cannot stat")), segments)
    }
    guard kind == .directory else {
      return try body(outcome(of: path, into: &segments), segments)
    }
    var walk = [FolderNames(path)]
    while let last = walk.indices.last {
      if let subfolder = walk[last].takeFolder() {
        walk.append(FolderNames(subfolder))
      } else if walk[last].isDone {
        walk.removeLast()
      } else {
        try mapFiles(of: &walk[last], into: &segments, body)
      }
    }
  }

  /// Maps the files of a folder up to the next folder in it, which comes first.
  private mutating func mapFiles(
    of names: inout FolderNames, into segments: inout SegmentList,
    _ body: (Result<FileMap, Failure>, borrowing SegmentList) throws(Failure) -> Void
  ) throws(Failure) {
    var directory: Directory
    do { directory = try Directory(names.folder) } catch {
      names.giveUp()
      return try body(.failure(Failure(error, names.folder, "cannot open")), segments)
    }
    if !names.isRead, let error = names.read(&directory) {
      try body(.failure(Failure(error, names.folder, "cannot read the directory")), segments)
    }
    while let file = names.takeFile() {
      let result: Result<FileMap, Failure>
      do throws(Failure) {
        result = .success(try map(file.name, in: directory, named: file.path, into: &segments))
      } catch { result = .failure(error) }
      try body(result, segments)
    }
  }

  private mutating func map(
    _ name: FilePath, in directory: borrowing Directory, named path: FilePath,
    into segments: inout SegmentList
  ) throws(Failure) -> FileMap {
    let file: Descriptor
    // What was a regular file may by now be a link, or a FIFO that waits for a writer.
    do { file = try directory.open(name, .readOnly, options: [.noFollow, .nonBlocking]) } catch {
      throw Failure(error, path, "cannot open")
    }
    return try map(file, named: path, into: &segments)
  }
}

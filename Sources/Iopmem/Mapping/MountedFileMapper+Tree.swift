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
    var pending = [path]
    while let folder = pending.popLast() {
      var subfolders: [FilePath] = []
      if let failure = try mapFolder(folder, into: &segments, &subfolders, body) {
        try body(.failure(failure), segments)
      }
      pending += subfolders.reversed()
    }
  }

  /// Maps the regular files of one folder.
  /// - Returns: why the folder itself could not be read to its end.
  private mutating func mapFolder(
    _ folder: FilePath, into segments: inout SegmentList, _ subfolders: inout [FilePath],
    _ body: (Result<FileMap, Failure>, borrowing SegmentList) throws(Failure) -> Void
  ) throws(Failure) -> Failure? {
    var directory: Directory
    do { directory = try Directory(folder) } catch {
      return Failure(error, folder, "cannot open")
    }
    while true {
      let entry: Directory.Entry?
      do { entry = try directory.next() } catch {
        return Failure(error, folder, "cannot read the directory")
      }
      guard let entry else { return nil }
      let path = folder.appending(entry.name.components)
      switch entry.kind ?? (try? Status(of: path).kind) {
      case .directory: subfolders.append(path)
      case .regular, nil:
        let result: Result<FileMap, Failure>
        do throws(Failure) {
          result = .success(try map(entry.name, in: directory, named: path, into: &segments))
        } catch { result = .failure(error) }
        try body(result, segments)
      default: break
      }
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

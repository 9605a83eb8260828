internal import Linux
internal import SystemPackage

/// What a file must be given: one run of blocks, where alignment lets it begin.
struct RunRequest {
  /// The name that the file will have, for messages.
  let path: FilePath
  /// How long the file will be, in whole blocks.
  let length: ByteCount
  /// Where it may begin.
  let alignment: Alignment

  /// Whether a file of this layout is just that run.
  func isMet(by layout: Layout) -> Bool {
    layout.runs.count == 1 && layout.runs[0].length == length
      && layout.runs[0].logical == FileOffset(0) && alignment.accepts(layout.runs[0].physical)
  }

  /// The refusal where no free run is long enough.
  func fragmented(_ space: FreeSpace) -> Failure {
    .fragmented(path, length: length, alignment, largest: space.largest(alignment))
  }

  /// Trims a file to the part of it that lies right, if it has one. Nothing moves on the device.
  ///
  /// Truncates first: a request that failed half-way can leave blocks past the end of the file,
  /// which no collapse may reach.
  func trim(
    _ file: borrowing Descriptor, on volume: borrowing MountedVolume
  ) throws(Failure) -> Bool {
    guard let begin = try volume.layout(of: file, path).begin(ofRun: length, alignment) else {
      return false
    }
    guard let end = try? begin.advanced(by: length) else { throw .tooLarge(path) }
    try explain(path, "cannot allocate") { () throws(Errno) in
      try file.truncate(to: end.rawValue)
      if begin.rawValue > 0 { try file.collapse(from: 0, length: begin.rawValue) }
    }
    return true
  }

  /// Gives a file more blocks at its end.
  /// - Returns: false if there are not so many; it may have got some of them.
  func extend(_ file: borrowing Descriptor, by more: ByteCount) throws(Failure) -> Bool {
    let size = try explain(path, "cannot allocate") { () throws(Errno) in try file.status().size }
    return try file.reserve(from: size, length: more.rawValue, path)
  }
}

internal import SystemPackage

extension Failure {
  /// Fewer bytes are free than are needed.
  static func noSpace(_ path: FilePath, needed: ByteCount, free: ByteCount) -> Failure {
    Failure(
      .failed, path, "needs \(needed.rawValue) bytes, and \(free.rawValue) are free for files",
      remedy: "nothing was changed", cause: .noSpace)
  }

  /// Enough bytes are free, but not in one aligned run.
  static func fragmented(
    _ path: FilePath, length: ByteCount, _ alignment: Alignment, largest: ByteCount
  ) -> Failure {
    Failure(
      .refused, path,
      "no free run of \(length.rawValue) bytes begins at a multiple of \(alignment.unit.rawValue):"
        + " the largest has \(largest.rawValue) bytes; nothing was changed",
      remedy: ways("\(option: .allowFragments) takes several runs")
    ).named(.fragmented)
  }

  /// Something has the name already.
  static func exists(_ path: FilePath) -> Failure {
    Failure(
      .failed, path, "exists", remedy: ways("\(option: .force) replaces files"), cause: .fileExists)
  }

  /// Something has got the name that was free when the placement began.
  static func takenMeanwhile(_ path: FilePath) -> Failure {
    Failure(.failed, path, "was made by somebody else meanwhile", remedy: "nothing was placed")
      .named(.exists)
  }

  /// A directory has the name already, or would replace what has it.
  static func directoryInTheWay(_ path: FilePath) -> Failure {
    Failure(
      .refused, path, "exists, and directories are neither replaced nor put in a file's place",
      remedy: "move it away first"
    ).named(.exists)
  }

  /// No file system holds a file of that size.
  static func tooLarge(_ path: FilePath) -> Failure {
    Failure(.failed, path, "is too large", cause: .fileTooLarge)
  }

  /// The files are in place, and something failed afterwards.
  static func placed(_ path: FilePath, _ reason: String, cause: Errno) -> Failure {
    var failure = Failure(cause, path, "everything is placed, \(reason)")
    failure.leavesResult = true
    return failure
  }

  /// A signal asked to stop.
  static func interrupted() -> Failure {
    Failure(.failed, nil, "interrupted", remedy: "nothing was placed").named(.interrupted)
  }
}

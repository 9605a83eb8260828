internal import SystemPackage

extension SegmentBuilder.Problem {
  /// The problem as a person reads it.
  func failure(_ path: FilePath) -> Failure {
    switch self {
    case .hazard(let hazard, let offset):
      Failure(
        .refused, path, "extent at \(offset.hex) \(hazard.sentence)", remedy: hazard.remedy)
    case .disordered(let offset):
      Failure(
        .refused, path, "extent at \(offset.hex) begins before the end of the one before it",
        remedy: "the file system is damaged: unmount and check it")
    case .outside(let offset):
      Failure(
        .refused, path, "extent at \(offset.hex) passes the end of the block device",
        remedy: "the file system is damaged, or the device is not the one it was made on")
    }
  }
}

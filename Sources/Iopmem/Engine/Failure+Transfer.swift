internal import SystemPackage

/// Why an engine cannot be given a file's bytes, whatever its limits on one segment are.
extension Failure {
  /// There are places and no addresses.
  static func noAddress(_ path: FilePath) -> Failure {
    Failure(
      .refused, path, "has offsets in the BAR and no address that an engine could use",
      remedy: "give --base, or --for")
  }

  /// A segment's last byte has no address.
  static func outsideAddressSpace(_ path: FilePath, _ offset: FileOffset) -> Failure {
    Failure(
      .refused, path, "segment at \(offset.hex) passes the end of the address space",
      remedy: "the base is not one of this device")
  }

  /// There is a segment more than the engine takes.
  static func tooManySegments(_ path: FilePath, _ segment: EngineSegment) -> Failure {
    Failure(
      .refused, path,
      "has more segments than the engine can take: one too many is at \(segment.fileOffset.hex)",
      remedy: "map it in parts, or place it in one piece, see iopmem-place(8)")
  }
}

internal import SystemPackage

/// Why an engine cannot be given a file's bytes, whatever its limits on one segment are.
extension Failure {
  /// Refuses a map with BAR offsets and no addresses.
  static func noAddress(_ map: FileMap) -> Failure {
    Failure(
      .refused, map.path, "has offsets in the BAR and no address that an engine could use",
      remedy: map.window.function == nil
        ? ways("give \(option: .base)") : ways("give \(option: .base)", "\(option: .client)"))
  }

  /// Refuses a segment that passes the end of the address space.
  static func outsideAddressSpace(_ path: FilePath, _ offset: FileOffset) -> Failure {
    Failure(
      .refused, path, "segment at \(offset.hex) passes the end of the address space",
      remedy: "the base is not one of this device")
  }

  /// Refuses a file of more segments than the engine takes.
  static func tooManySegments(_ path: FilePath, _ segment: EngineSegment) -> Failure {
    Failure(
      .refused, path,
      "has more segments than the engine can take: one too many is at \(segment.fileOffset.hex)",
      remedy: "map it in parts, or place it in one piece, see iopmem-place(8)")
  }
}

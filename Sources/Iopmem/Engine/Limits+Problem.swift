internal import SystemPackage

extension Limits {
  /// Why an engine cannot be given a segment.
  public enum Problem: Error, Hashable, Sendable {
    /// The segment's address is no multiple of the alignment.
    case misplaced(EngineSegment)
    /// The segment's length is no multiple of the alignment.
    case uneven(EngineSegment)
    /// The segment passes the highest address that the engine can drive.
    case outOfReach(EngineSegment)
  }
}

extension Limits.Problem {
  /// The problem as a person reads it.
  func failure(_ path: FilePath, _ limits: Limits) -> Failure {
    let unit = limits.alignment.rawValue
    switch self {
    case .misplaced(let segment)
    where segment.fileOffset.rawValue % unit != 0
      && (segment.address &- segment.fileOffset.rawValue).isMultiple(of: unit):
      // The file lies as it should; what is asked for of it does not.
      return Failure(
        .refused, path,
        "segment at \(segment.fileOffset.hex) of the file begins at no multiple of \(unit)",
        remedy: ways("begin at one, with \(option: .offset)"))
    case .misplaced(let segment):
      return Failure(
        .refused, path,
        "segment at \(segment.fileOffset.hex) has the address \(segment.address.hex), "
          + "which is no multiple of \(unit)",
        remedy: "place the file at such an address, see iopmem-place(8)")
    case .uneven(let segment):
      return Failure(
        .refused, path,
        "segment at \(segment.fileOffset.hex) has \(segment.length.rawValue) bytes, "
          + "no multiple of \(unit)",
        remedy: ways("\(option: .blockGranular) gives whole blocks, past the file's end too"))
    case .outOfReach(let segment):
      return Failure(
        .refused, path,
        "segment at \(segment.fileOffset.hex), from \(segment.address.hex), passes what "
          + "\(limits.addressBits) address bits reach",
        remedy: "see iopmem-lease(8) for addresses behind an IOMMU")
    }
  }
}

internal import Iopmem

/// What is written of maps: a form, and all that it needs to know.
enum MapForm {
  /// Text; the segments as they were found where there are no limits.
  case listing(any MapListing.Type, Limits?)
  /// Segments as records.
  case segments(Limits)
  /// The PRP list of an NVMe command.
  case pages(Limits, ListMemory)
  /// The SGL of an NVMe command.
  case descriptors(Limits, ListMemory)

  /// Whether a terminal could show it.
  var isText: Bool { listing != nil }

  /// What stands before, between and behind the files.
  var listing: (any MapListing.Type)? {
    if case .listing(let type, _) = self { type } else { nil }
  }

  /// Judges a file.
  /// - Returns: what writes it.
  /// - Throws: why nothing may be written of it.
  func page(
    of map: FileMap, _ segments: borrowing SegmentList
  ) throws(Failure) -> any MapPage {
    switch self {
    case .listing(let type, let limits):
      try Self.page(type, map, segments, limits)
    case .segments(let limits):
      EnginePage(map, try SegmentRecords(of: map, segments, under: limits))
    case .pages(let limits, let memory):
      EnginePage(map, try PRPList(of: map, segments, under: limits, in: memory))
    case .descriptors(let limits, let memory):
      EnginePage(map, try SGLList(of: map, segments, under: limits, in: memory))
    }
  }

  private static func page<Listing: MapListing>(
    _ type: Listing.Type, _ map: FileMap, _ segments: borrowing SegmentList, _ limits: Limits?
  ) throws(Failure) -> any MapPage {
    try ListingPage<Listing>(map, segments, under: limits)
  }
}

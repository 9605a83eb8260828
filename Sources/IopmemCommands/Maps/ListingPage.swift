internal import Iopmem

/// A file as text.
struct ListingPage<Listing: MapListing> {
  private let listing: Listing
  /// What cuts the segments; nil where they are listed as they were found.
  private let transfer: Transfer?

  init(
    _ map: FileMap, _ segments: borrowing SegmentList, under limits: Limits?
  ) throws(Failure) {
    if let limits {
      transfer = try Transfer(of: map, segments, under: limits)
    } else {
      transfer = nil
    }
    listing = Listing(map, segmentCount: transfer?.segmentCount ?? UInt64(segments.count))
  }

  func write(_ segments: borrowing SegmentList, to stream: inout MapStream) throws(Failure) {
    try stream.append { listing.begin(&$0) }
    var separator: StaticString = ""
    if let transfer {
      let origin = transfer.origin
      try transfer.forEachSegment(of: segments) { (segment) throws(Failure) in
        try stream.append {
          $0.append(separator)
          listing.row(segment.inBAR(from: origin), &$0)
        }
        separator = Listing.separator
      }
    } else {
      try segments.forEachRun { (run) throws(Failure) in
        for segment in run {
          try stream.append {
            $0.append(separator)
            listing.row(segment, &$0)
          }
          separator = Listing.separator
        }
      }
    }
    try stream.append { listing.end(&$0) }
  }
}

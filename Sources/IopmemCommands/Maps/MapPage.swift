internal import Iopmem

/// What is written of one file, which was found to be fit for it.
protocol MapPage {
  /// Writes all of it.
  /// - Parameter segments: the file's.
  func write(_ segments: borrowing SegmentList, to stream: inout MapStream) throws(Failure)
}

/// A file as text.
struct ListingPage<Listing: MapListing>: MapPage {
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
    var isFirst = true
    func row(_ segment: Segment) throws(Failure) {
      try stream.append {
        if !isFirst { $0.append(Listing.separator) }
        listing.row(segment, &$0)
      }
      isFirst = false
    }
    if let transfer {
      try transfer.forEachSegment(of: segments) { (segment) throws(Failure) in
        try row(transfer.barSegment(segment))
      }
    } else {
      try segments.forEachRun { (run) throws(Failure) in
        for segment in run { try row(segment) }
      }
    }
    try stream.append { listing.end(&$0) }
  }
}

/// A file as an engine reads it: iopmem-sg(5).
struct EnginePage<List: EngineList>: MapPage {
  private let map: FileMap
  private let list: List

  init(_ map: FileMap, _ list: List) {
    self.map = map
    self.list = list
  }

  func write(_ segments: borrowing SegmentList, to stream: inout MapStream) throws(Failure) {
    try stream.append { $0.append(contentsOf: list.header(of: map)) }
    try list.forEachRecord(of: segments) { (record) throws(Failure) in
      try stream.append { record.append(to: &$0) }
    }
  }
}

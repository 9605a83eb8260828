internal import ArgumentParser
internal import Iopmem
internal import Linux

/// What is written of maps: a form, and all that it needs to know.
///
/// Text lists segments as they were found where there are no limits. Forms and pages are spelled
/// out, not erased to a protocol: what runs for each of a million segments is then compiled for
/// its form.
enum MapForm {
  case table(Limits?)
  case json(Limits?)
  case ndjson(Limits?)
  case csv(Limits?)
  /// Segments as records.
  case segments(Limits)
  /// The PRP list of an NVMe command.
  case pages(Limits, ListMemory)
  /// The SGL of an NVMe command.
  case descriptors(Limits, ListMemory)

  /// What stands before, between and behind the files of a text; nil for what is none.
  var listing: (any MapListing.Type)? {
    switch self {
    case .table: MapTable.self
    case .json: MapJSON.self
    case .ndjson: MapNDJSON.self
    case .csv: MapCSV.self
    case .segments, .pages, .descriptors: nil
    }
  }

  /// Checks that whoever reads standard output can read this.
  /// - Throws: `ValidationError` where it is no text and a person would see it.
  func checkStandardOutput() throws {
    if listing == nil && Output.standard().isTerminal {
      throw ValidationError("This form is not for a terminal: send it to a file or a program.")
    }
  }

  /// Judges a file.
  /// - Returns: what writes it.
  /// - Throws: why nothing may be written of it.
  func page(
    of map: FileMap, _ segments: borrowing SegmentList
  ) throws(Failure) -> MapPage {
    switch self {
    case .table(let limits): .table(try ListingPage(map, segments, under: limits))
    case .json(let limits): .json(try ListingPage(map, segments, under: limits))
    case .ndjson(let limits): .ndjson(try ListingPage(map, segments, under: limits))
    case .csv(let limits): .csv(try ListingPage(map, segments, under: limits))
    case .segments(let limits):
      .segments(EnginePage(map, try SegmentRecords(of: map, segments, under: limits)))
    case .pages(let limits, let memory):
      .pages(EnginePage(map, try PRPList(of: map, segments, under: limits, in: memory)))
    case .descriptors(let limits, let memory):
      .descriptors(EnginePage(map, try SGLList(of: map, segments, under: limits, in: memory)))
    }
  }
}

/// What is written of one file, which was found to be fit for it.
enum MapPage {
  case table(ListingPage<MapTable>)
  case json(ListingPage<MapJSON>)
  case ndjson(ListingPage<MapNDJSON>)
  case csv(ListingPage<MapCSV>)
  case segments(EnginePage<SegmentRecords>)
  case pages(EnginePage<PRPList>)
  case descriptors(EnginePage<SGLList>)

  /// Writes all of it.
  /// - Parameter segments: the file's.
  func write(_ segments: borrowing SegmentList, to stream: inout MapStream) throws(Failure) {
    switch self {
    case .table(let page): try page.write(segments, to: &stream)
    case .json(let page): try page.write(segments, to: &stream)
    case .ndjson(let page): try page.write(segments, to: &stream)
    case .csv(let page): try page.write(segments, to: &stream)
    case .segments(let page): try page.write(segments, to: &stream)
    case .pages(let page): try page.write(segments, to: &stream)
    case .descriptors(let page): try page.write(segments, to: &stream)
    }
  }
}

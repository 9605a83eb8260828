internal import SystemPackage

/// A transfer as physical region pages: NVM Express Base Specification 2.2, section 4.3.1.
///
/// The first entry, PRP1, may begin inside a page; each that follows is a whole page's address.
/// PRP2 is the second entry, or points to the list of all but the first. Entries tell no lengths,
/// so every byte must follow the one before in its page, or begin a page after the end of another.
public struct PRPList: EngineList {
  /// Physical region pages.
  public static let kind = EngineListKind.physicalRegionPages
  /// What is moved.
  public let transfer: Transfer
  /// PRP1 and PRP2.
  public let dataPointer: DataPointer
  private let memory: ListMemory
  /// How the list lies in memory; nil where the command holds all entries.
  private let layout: ListLayout?

  /// The entries of a file.
  /// - Throws: `refused` for what pages cannot tell, for what the limits refuse, and where a list is
  ///   needed and cannot be.
  public init(
    of map: FileMap, _ segments: borrowing SegmentList, under limits: Limits, in memory: ListMemory
  ) throws(Failure) {
    let transfer = try Transfer(of: map, segments, under: limits)
    try transfer.requireRow(of: map)
    var first: UInt64 = 0
    var second: UInt64 = 0
    var count: UInt64 = 0
    try transfer.forEachPage(of: segments, memory.pageSize) { (page) throws(Failure) in
      if count == 0 { first = page }
      if count == 1 { second = page }
      count += 1
    }
    layout = try count > 2 ? memory.layout(of: count - 1, map.path, under: limits) : nil
    if let layout { try transfer.requireApart(from: layout.range, segments) }
    dataPointer = DataPointer(first: first, second: layout?.first.address ?? second)
    self.transfer = transfer
    self.memory = memory
  }

  /// One a slot of the list; none where the command holds all entries.
  public var recordCount: UInt64 { layout?.slotCount ?? 0 }

  /// Calls a body with one run of entries after the other.
  public func forEachRun(
    of segments: borrowing SegmentList, _ body: ([PRPEntry]) throws(Failure) -> Void
  ) throws(Failure) {
    guard var layout else { return }
    var batch = RecordBatch<PRPEntry>()
    var isFirst = true
    try transfer.forEachPage(of: segments, memory.pageSize) { (page) throws(Failure) in
      guard !isFirst else {
        isFirst = false
        return
      }
      if let link = layout.append() { try batch.append(PRPEntry(link.address), body) }
      try batch.append(PRPEntry(page), body)
    }
    try batch.finish(body)
  }
}

extension Transfer {
  /// Calls a body with the address of one memory page after the other.
  fileprivate func forEachPage(
    of segments: borrowing SegmentList, _ pageSize: ByteCount,
    _ body: (UInt64) throws(Failure) -> Void
  ) throws(Failure) {
    var splitter = PageSplitter(pageSize: pageSize)
    try forEachSegment(of: segments) { (segment) throws(Failure) in
      let pages: PageSplitter.Pages
      do throws(PageSplitter.Problem) { pages = try splitter.add(segment) } catch {
        throw error.failure(path, pageSize)
      }
      for page in pages { try body(page) }
    }
  }
}

/// An entry of a list: a page's address, or the address of the list's next page.
public struct PRPEntry: EngineRecord {
  private let address: UInt64

  init(_ address: UInt64) { self.address = address.littleEndian }
}

/// How a list lies in memory pages: where a page is full and more than one entry is left, its last
/// slot links to the next page.
///
/// The pages follow one another in memory, so that the list is copied there in one piece.
struct ListLayout: Sendable {
  /// The part of a list in one page.
  struct Part: Hashable, Sendable {
    /// Where it begins.
    var address: UInt64
    /// How many slots of the page are used, a link among them.
    var slots: UInt64
    /// Whether none follows.
    var isLast: Bool
  }

  /// The part at the list's base.
  let first: Part
  /// How many slots all parts have.
  let slotCount: UInt64
  /// The addresses of all parts' bytes.
  let range: ClosedRange<UInt64>
  private let slotsPerPage: UInt64
  private let pageSize: UInt64
  private var part: Part
  /// How many slots of the part are left.
  private var room: UInt64
  /// How many entries are left to place, in this part and those that follow.
  private var entries: UInt64

  /// The layout of a list of at least one entry.
  /// - Throws: `OutOfRange` when it passes the end of the address space.
  init(
    entries: UInt64, from base: UInt64, in memory: ListMemory
  ) throws(OutOfRange) {
    slotsPerPage = memory.pageSize.rawValue / memory.entryBytes
    pageSize = memory.pageSize.rawValue
    let room = memory.room(from: base) / memory.entryBytes
    first = Part(address: base, slots: min(room, entries), isLast: entries <= room)
    let links = Self.links(entries: entries, room: room, slotsPerPage: slotsPerPage)
    let (slots, tooMany) = entries.addingReportingOverflow(links)
    let (bytes, tooLong) = slots.multipliedReportingOverflow(by: memory.entryBytes)
    guard !tooMany, !tooLong, entries > 0 else { throw OutOfRange() }
    range = base...(try ByteCount(base).adding(ByteCount(bytes - 1)).rawValue)
    slotCount = slots
    part = first
    self.room = first.slots
    self.entries = entries
  }

  /// Appends the next entry; call it once for each entry.
  /// - Returns: the part to link to, in a slot of its own before the entry's, if there must be.
  mutating func append() -> Part? {
    guard entries > 0 else { return nil }
    var link: Part?
    if room == 1, !part.isLast {
      let slots = min(slotsPerPage, entries)
      part = Part(
        address: (part.address | (pageSize - 1)) &+ 1, slots: slots,
        isLast: entries <= slotsPerPage)
      room = slots
      link = part
    }
    room -= 1
    entries -= 1
    return link
  }

  /// How many links there are: each page but the last spends a slot on one.
  private static func links(entries: UInt64, room: UInt64, slotsPerPage: UInt64) -> UInt64 {
    guard entries > room else { return 0 }
    let afterFirst = entries - (room - 1)
    guard afterFirst > slotsPerPage else { return 1 }
    let perPage = slotsPerPage - 1
    return 1 + (afterFirst - slotsPerPage + perPage - 1) / perPage
  }
}

/// The memory that an NVMe command's list will be copied to, as the controller sees it.
public struct ListMemory: Hashable, Sendable {
  /// Why there can be no list there.
  public enum Mistake: Error, Hashable, Sendable {
    /// Not a power of two from 4 KiB to 128 MiB, the sizes that CC.MPS can tell.
    case pageSize
    /// The base is no multiple of an entry's size.
    case misaligned
  }

  /// Where the list begins; nil where there is no memory for one.
  public private(set) var base: UInt64?
  /// The controller's memory page, CC.MPS: no part of a list passes the end of one, and each PRP
  /// entry stands for one.
  public let pageSize: ByteCount
  /// How many bytes an entry has.
  let entryBytes: UInt64

  /// Memory for PRP entries, of 8 bytes each.
  ///
  /// A list begins at a multiple of 8, anywhere in a page (NVM Express Base Specification 2.2,
  /// section 4.3.1).
  public static func pages(
    base: UInt64? = nil, pageSize: ByteCount = .page
  ) throws(Mistake) -> ListMemory {
    try ListMemory(base: base, pageSize: pageSize, entryBytes: 8)
  }

  /// Memory for SGL descriptors, of 16 bytes each.
  ///
  /// A list may begin at any multiple of 8 (section 4.3.2); here at one of 16, so that no
  /// descriptor lies in two pages.
  public static func descriptors(
    base: UInt64? = nil, pageSize: ByteCount = .page
  ) throws(Mistake) -> ListMemory {
    try ListMemory(base: base, pageSize: pageSize, entryBytes: 16)
  }

  private init(base: UInt64?, pageSize: ByteCount, entryBytes: UInt64) throws(Mistake) {
    guard pageSize.isPowerOfTwo, (ByteCount.page...ByteCount(128 << 20)).contains(pageSize) else {
      throw .pageSize
    }
    guard (base ?? 0).isMultiple(of: entryBytes) else { throw .misaligned }
    self.base = base
    self.pageSize = pageSize
    self.entryBytes = entryBytes
  }

  /// The same with another beginning, a multiple of the page size.
  func moved(to page: UInt64) -> ListMemory {
    var moved = self
    moved.base = page
    return moved
  }

  /// How many bytes are left in the memory page of an address.
  func room(from address: UInt64) -> UInt64 {
    pageSize.rawValue - (address & (pageSize.rawValue - 1))
  }
}

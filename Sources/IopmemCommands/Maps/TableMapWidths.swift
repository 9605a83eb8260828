internal import Iopmem

/// How wide the columns of a table of segments are: numbers in characters, places in hex digits.
struct TableMapWidths {
  /// Offsets in the file.
  let offset: Int
  /// Lengths, with the space before them.
  let length: Int
  /// Offsets in the BAR.
  let place: Int
  /// Addresses.
  let address: Int
  /// How many spaces stand before an address, so that it has the room of its title.
  let gap: Int

  /// An address with its `0x` and the spaces before it.
  var addressColumn: Int { gap + 2 + address }

  /// Wide enough for any file: what scripts find in the same columns always.
  static let fixed = TableMapWidths(offset: 16, length: 16, place: 12, address: 16, gap: 2)

  private init(offset: Int, length: Int, place: Int, address: Int, gap: Int) {
    self.offset = offset
    self.length = length
    self.place = place
    self.address = address
    self.gap = gap
  }

  /// As narrow as a file and its device allow, and no narrower than the titles.
  init(of map: FileMap) {
    let window = map.window
    // A window lies in its BAR, so that its end is no overflow.
    let last = BarOffset(window.start.rawValue &+ max(1, window.length.rawValue) &- 1)
    let addresses = [
      window.busAddress(of: last)?.rawValue, window.cpuAddress(of: last)?.rawValue,
      map.clientAddress(of: last),
    ].compactMap(\.self)
    let digits = String(map.size.rawValue).count
    let address = max(8, String(addresses.max() ?? 0, radix: 16).count)
    // The title of a client's may be IOMMU ADDRESS.
    let title = (map.client == nil ? "BUS ADDRESS" : "IOMMU ADDRESS").utf8.count
    self.init(
      offset: max(11, digits), length: 2 + max(8, digits),
      place: max(8, String(last.rawValue, radix: 16).count),
      address: address, gap: 2 + max(0, title - 2 - address))
  }
}

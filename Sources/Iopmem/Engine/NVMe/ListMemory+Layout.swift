internal import SystemPackage

extension ListMemory {
  /// Lays a list of entries out in this memory.
  /// - Throws: `refused` where it cannot.
  func layout(
    of entries: UInt64, _ path: FilePath, under limits: Limits
  ) throws(Failure) -> ListLayout {
    guard let base else {
      throw Failure(
        .refused, path, "needs a list of \(entries) entries, and no memory was given for one",
        remedy: ways("give the address of the list's memory with \(option: .listBase)"))
    }
    guard let layout = try? ListLayout(entries: entries, from: base, in: self),
      layout.range.upperBound <= limits.lastAddress
    else {
      throw Failure(
        .refused, path,
        "needs a list of \(entries) entries, which from \(base.hex) passes what "
          + "\(limits.addressBits) address bits reach")
    }
    // A segment that only links to the next is allowed by the specification, and refused by
    // controllers that take it for the beginning of a circle.
    if entryBytes == 16, layout.first == ListLayout.Part(address: base, slots: 1, isLast: false) {
      throw Failure(
        .refused, path,
        "needs a list of \(entries) descriptors, and \(base.hex) leaves its page "
          + "room for one",
        remedy: "begin the list at the next page")
    }
    return layout
  }
}

internal import Linux
internal import Signature
internal import SystemPackage

extension FormatTarget {
  /// Looks for what the device holds. Reads only its ends and where signatures can be.
  func existingContent() throws(Failure) -> ExistingContent {
    let content = try content()
    if let part {
      return ExistingContent(
        // An image has holes, so that all of it can be looked at.
        content: content, startIsUsed: false, endIsUsed: false, firstUse: try firstUse(of: part),
        surroundings: part.partition == nil ? part.surroundings : nil,
        purpose: part.partition?.otherPurpose)
    }
    let length = geometry.length.rawValue
    let count = Int(min(length, mebibyte))
    let first = try read(at: 0, count: count)
    let last = try read(at: length - UInt64(count), count: count)
    return ExistingContent(
      content: content, startIsUsed: first.contains { $0 != 0 },
      endIsUsed: last.contains { $0 != 0 })
  }
}

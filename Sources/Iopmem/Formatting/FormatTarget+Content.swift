internal import Linux
internal import Signature
internal import SystemPackage

extension FormatTarget {
  /// Looks for what the device holds. Reads only its ends and where signatures can be.
  func existingContent() throws(Failure) -> ExistingContent {
    let content = try content()
    if let part {
      return ExistingContent(
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

  /// The first byte of a part of an image that is not zero; nil where all are. An image has holes, so
  /// that all of it can be looked at.
  private func firstUse(of part: ImagePart) throws(Failure) -> UInt64? {
    let end = part.offset + part.length.rawValue
    for data in try data(in: part.offset..<end) {
      var position = data.lowerBound
      while position < data.upperBound {
        if Interruption.signal != nil { throw .interrupted() }
        let count = Int(min(mebibyte, data.upperBound - position))
        let bytes = try read(at: position - part.offset, count: count)
        if let index = bytes.firstIndex(where: { $0 != 0 }) { return position + UInt64(index) }
        position += UInt64(count)
      }
    }
    return nil
  }
}

internal import Linux
internal import SystemPackage

extension Descriptor {
  /// The first byte in a range of an image that is not zero; nil where all are. Holes are zeros, and
  /// are not read.
  /// - Throws: `Failure`, `interrupted` when a signal came; also where the image ends in the range.
  func firstUse(in range: Range<UInt64>, of path: FilePath) throws(Failure) -> UInt64? {
    func reading<Value>(_ body: () throws(Errno) -> Value) throws(Failure) -> Value {
      try explain(path, "cannot be read", body)
    }
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    for part in try reading({ () throws(Errno) in try data(in: range) }) {
      var position = part.lowerBound
      while position < part.upperBound {
        if Interruption.signal != nil { throw .interrupted() }
        let count = try reading { () throws(Errno) in try read(at: position, into: &buffer) }
        guard count > 0 else { throw Failure(.failed, path, "ends before its length") }
        let inside = buffer.prefix(Int(min(UInt64(count), part.upperBound - position)))
        if let index = inside.firstIndex(where: { $0 != 0 }) { return position + UInt64(index) }
        position += UInt64(count)
      }
    }
    return nil
  }
}

internal import CZlib
public import SystemPackage

extension SystemRoot {
  /// The bytes of a file that gzip(1) compressed, or of one that nobody did.
  ///
  /// The corresponding C functions are zlib's `gzdopen` and `gzread`.
  /// - Parameter limit: the most bytes that a sane file of this kind has when it is whole.
  /// - Throws: `fileTooLarge` when there are more, `badMessage` when it is damaged or cut off.
  public func inflated(_ file: FilePath, limit: Int) throws(Errno) -> [UInt8] {
    // A FIFO without a writer would wait for one.
    let number = try Descriptor(absolute(file), .readOnly, options: .nonBlocking).release()
    guard let stream = unsafe gzdopen(number, "r") else {
      _ = Descriptor(taking: number)
      throw .noMemory
    }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    var count: Int32
    repeat {
      count = unsafe gzread(stream, &chunk, UInt32(chunk.count))
      bytes.append(contentsOf: chunk.prefix(Int(max(count, 0))))
    } while count > 0 && bytes.count <= limit
    let isWhole = unsafe gzclose(stream) == Z_OK && count == 0
    if bytes.count > limit { throw .fileTooLarge }
    guard isWhole else { throw .badMessage }
    return bytes
  }
}

internal import CLinux
public import SystemPackage

extension Descriptor {
  /// The parts of a range of the file that hold nothing, in order.
  ///
  /// The corresponding C function is `lseek` with `SEEK_HOLE` and `SEEK_DATA`.
  public func holes(in range: Range<UInt64>) throws(Errno) -> [Range<UInt64>] {
    var holes: [Range<UInt64>] = []
    var position = range.lowerBound
    while position < range.upperBound {
      let start: UInt64
      do throws(Errno) { start = try seek(position, iopmem_seek_hole) } catch {
        // Past the end of the file there is neither.
        guard error == .noSuchAddressOrDevice else { throw error }
        break
      }
      if start >= range.upperBound { break }
      let end: UInt64
      do throws(Errno) { end = try seek(start, iopmem_seek_data) } catch {
        guard error == .noSuchAddressOrDevice else { throw error }
        end = range.upperBound
      }
      guard end > start else { throw .ioError }
      holes.append(start..<min(end, range.upperBound))
      position = end
    }
    return holes
  }

  /// The parts of a range of the file that hold something, in order: what is between its holes.
  public func data(in range: Range<UInt64>) throws(Errno) -> [Range<UInt64>] {
    var parts: [Range<UInt64>] = []
    var position = range.lowerBound
    for hole in try holes(in: range) {
      if position < hole.lowerBound { parts.append(position..<hole.lowerBound) }
      position = hole.upperBound
    }
    if position < range.upperBound { parts.append(position..<range.upperBound) }
    return parts
  }

  private func seek(
    _ offset: UInt64, _ function: (Int32, off_t) -> off_t
  ) throws(Errno) -> UInt64 {
    let position = try fileOffset(offset, plus: 0)
    return UInt64(try call { function(rawValue, position) })
  }
}

internal import Linux
public import SystemPackage

/// What names a file system that is not mounted: a block device or an image, and where in the image
/// it begins.
public struct ImageName: Hashable, Sendable {
  /// Where in an image a file system begins.
  public enum Place: Hashable, Sendable {
    /// At its byte 0: the image, or the block device, is the file system.
    case whole
    /// With the partition of this number.
    case partition(Int)
    /// At this byte.
    case offset(UInt64)
  }

  /// The block device or image.
  public let path: FilePath
  /// Where in it.
  public let place: Place

  /// A name of these parts.
  public init(_ path: FilePath, _ place: Place = .whole) {
    self.path = path
    self.place = place
  }

  /// What an argument names: a path, or `IMAGE@N` for partition N of an image, where no file has that
  /// very name and one has the name before the `@`.
  /// - Parameter offset: where in the image the file system begins; the argument is then a path.
  public init(argument: FilePath, offset: UInt64? = nil) {
    self.init(argument, offset.map(Place.offset) ?? .whole)
    guard offset == nil, let (image, number) = Self.split(argument.bytes) else { return }
    if !Self.mayBeThere(argument), Self.mayBeThere(image) {
      self.init(image, .partition(number))
    }
  }

  private static func split(_ bytes: [UInt8]) -> (FilePath, Int)? {
    guard let at = bytes.lastIndex(of: UInt8(ascii: "@")), at > 0 else { return nil }
    let digits = bytes[(at + 1)...]
    guard (1...5).contains(digits.count), digits.first != UInt8(ascii: "0"),
      digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let number = Int(String(decoding: digits, as: UTF8.self))
    else { return nil }
    return (FilePath(bytes: Array(bytes[..<at])), number)
  }

  /// What cannot be looked up may be there: it is not taken for another name.
  private static func mayBeThere(_ path: FilePath) -> Bool {
    do throws(Errno) {
      _ = try Status(of: path)
      return true
    } catch { return error != .noSuchFileOrDirectory && error != .notDirectory }
  }
}

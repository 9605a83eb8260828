public import SystemPackage

/// Names from a stream, each ended by a NUL byte, as `find -print0` writes them.
///
/// A last name without its NUL counts too. Empty names are handed on, for the caller to refuse.
public struct NulSeparatedNames: ~Copyable {
  private let descriptor: Descriptor
  private var buffer: [UInt8] = []
  private var position = 0
  private var isAtEnd = false

  /// The longest path that the kernel takes: `PATH_MAX`, linux/limits.h.
  private static let longestName = 4096

  /// The names in a file.
  public init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

  /// The next name; nil at the end.
  /// - Throws: `fileNameTooLong` for a name that no call would take.
  public mutating func next() throws(Errno) -> FilePath? {
    while true {
      if let end = buffer[position...].firstIndex(of: 0) {
        defer { position = end + 1 }
        return FilePath(bytes: buffer[position..<end])
      }
      if isAtEnd {
        defer { position = buffer.count }
        return position < buffer.count ? FilePath(bytes: buffer[position...]) : nil
      }
      buffer.removeSubrange(..<position)
      position = 0
      guard buffer.count <= Self.longestName else { throw .fileNameTooLong }
      let more = try descriptor.readSome()
      isAtEnd = more.isEmpty
      buffer += more
    }
  }
}

public import SystemPackage

/// Holds a small file of sysfs open, with its content: to compare that again costs one call.
///
/// The file of a device that is gone, or of a driver that was unbound, cannot be read any more,
/// whatever has come in its place (fs/kernfs/file.c, `kernfs_get_active`).
public final class HeldFile: Sendable {
  private let file: Descriptor
  private let range: Range<UInt64>
  private let bytes: [UInt8]

  /// Opens the file and reads it.
  /// - Parameter range: which of its bytes count; nil for all, which must end as lines do, so that
  ///   no longer text begins with them.
  /// - Throws: `badMessage` when it has fewer bytes, or does not end so.
  public init(_ path: FilePath, _ range: Range<UInt64>? = nil) throws(Errno) {
    file = try Descriptor(path, .readOnly, options: .nonBlocking)
    var bytes = [UInt8](repeating: 0, count: range.map { Int($0.count) } ?? 4096)
    bytes.removeLast(try bytes.count - file.read(at: range?.lowerBound ?? 0, into: &bytes))
    if let range {
      guard bytes.count == range.count else { throw .badMessage }
    } else {
      guard bytes.last == UInt8(ascii: "\n") else { throw .badMessage }
    }
    self.range = range ?? 0..<UInt64(bytes.count)
    self.bytes = bytes
  }

  /// Whether the content is the same as when the file was opened.
  /// - Throws: `operationNotSupportedByDevice` once its device is gone.
  public func saysTheSame() throws(Errno) -> Bool {
    var now = [UInt8](repeating: 0, count: bytes.count)
    return try file.read(at: range.lowerBound, into: &now) == bytes.count && now == bytes
  }
}

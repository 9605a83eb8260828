public import SystemPackage

/// A file system that was there already, and was left alone.
public struct KeptFileSystem: Sendable {
  /// The device or image.
  public var device: FilePath
  /// Where in the image it begins; 0 where that is all of it.
  public var imageOffset: UInt64
  /// Its type.
  public var type: FormatRequest.FileSystemType
  /// How long the device is.
  public var length: ByteCount
  /// Its identity; nil where it has none.
  public var uuid: String?
  /// Its label; nil for none.
  public var label: [UInt8]?
  /// Bytes in a block.
  public var blockSize: ByteCount?
}

public import SystemPackage

/// A file system that was made, as it was found on the device afterwards.
public struct MadeFileSystem: Sendable {
  /// The device or image.
  public var device: FilePath
  /// Where in the image it begins; 0 where that is all of it.
  public var imageOffset: UInt64
  /// What was made.
  public var type: FormatRequest.FileSystemType
  /// How long the device is.
  public var length: ByteCount
  /// Its identity.
  public var uuid: VolumeUUID
  /// Its label; nil for none.
  public var label: [UInt8]?
  /// Bytes in a block.
  public var blockSize: ByteCount
  /// How much lies together.
  public var runs: LargestRuns
  /// What was read back and found right, in words.
  public var verified: [String]
  /// The command that made it.
  public var command: ToolCommand
  /// What the tool wrote.
  public var toolOutput: String
}

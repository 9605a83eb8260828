internal import CLinux
public import SystemPackage

extension FilePath {
  /// The name as the kernel knows it: any bytes but NUL.
  public var bytes: [UInt8] {
    unsafe withPlatformString { unsafe Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
  }

  /// A path of these bytes, up to the first NUL.
  ///
  /// Inlined, since a tree can have a hundred thousand names: generic code costs more than a name.
  @inlinable
  public init(bytes: some Sequence<UInt8>) { self.init(nameBytes: Array(bytes)) }

  @usableFromInline
  init(nameBytes bytes: [UInt8]) { self.init(platformString: bytes.cString) }
}

extension [UInt8] {
  /// The bytes as C has text, with a NUL behind them.
  public var cString: [CChar] { (self + [0]).map { CChar(bitPattern: $0) } }
}

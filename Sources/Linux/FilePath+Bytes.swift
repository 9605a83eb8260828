public import SystemPackage

extension FilePath {
  /// The name as the kernel knows it: any bytes but NUL.
  public var bytes: [UInt8] {
    unsafe withPlatformString { name in
      var bytes: [UInt8] = []
      var end = unsafe name
      while unsafe end.pointee != 0 {
        unsafe bytes.append(UInt8(bitPattern: end.pointee))
        unsafe end += 1
      }
      return bytes
    }
  }

  /// A path of these bytes, up to the first NUL.
  public init(bytes: some Sequence<UInt8>) {
    var name = bytes.map { CChar(bitPattern: $0) }
    name.append(0)
    self = unsafe name.withUnsafeBufferPointer { buffer in
      // The array ends in NUL, so it is never empty and has a base address.
      guard let base = buffer.baseAddress else { return FilePath() }
      return unsafe FilePath(platformString: base)
    }
  }
}

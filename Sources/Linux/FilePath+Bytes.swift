internal import CLinux
public import SystemPackage

extension FilePath {
  /// The name as the kernel knows it: any bytes but NUL.
  public var bytes: [UInt8] {
    unsafe withPlatformString { unsafe Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
  }

  /// Appends the name to others.
  public func append(to bytes: inout [UInt8]) {
    unsafe withPlatformString {
      unsafe bytes.append(contentsOf: UnsafeRawBufferPointer(start: $0, count: strlen($0)))
    }
  }

  /// A path of these bytes, up to the first NUL.
  ///
  /// Inlined, since a tree can have a hundred thousand names: generic code costs more than a name.
  @inlinable
  public init(bytes: some Sequence<UInt8>) { self.init(nameBytes: Array(bytes)) }

  /// The path of a name in this folder, or of a relative path below it.
  ///
  /// Made of the bytes at once: to append components takes them apart and tells what each is.
  public func entry(_ name: FilePath) -> FilePath {
    unsafe name.withPlatformString {
      unsafe entry(UnsafeRawBufferPointer(start: $0, count: strlen($0)))
    }
  }

  /// The path of a name that is text.
  public func entry(_ name: String) -> FilePath {
    var name = name
    return name.withUTF8 { unsafe entry(UnsafeRawBufferPointer($0)) }
  }

  private func entry(_ name: UnsafeRawBufferPointer) -> FilePath {
    unsafe withPlatformString { folder in
      let length = unsafe strlen(folder)
      let start = length == 0 ? 0 : length + 1
      return unsafe withUnsafeTemporaryAllocation(
        byteCount: start + name.count + 1, alignment: 1
      ) { whole in
        unsafe whole.copyMemory(from: UnsafeRawBufferPointer(start: folder, count: length))
        if start > 0 { unsafe whole[length] = UInt8(ascii: "/") }
        unsafe UnsafeMutableRawBufferPointer(rebasing: whole[start...]).copyMemory(from: name)
        unsafe whole[start + name.count] = 0
        return unsafe whole.withMemoryRebound(to: CChar.self) {
          unsafe $0.baseAddress.map { unsafe FilePath(platformString: $0) } ?? FilePath()
        }
      }
    }
  }

  @usableFromInline
  init(nameBytes bytes: [UInt8]) { self.init(platformString: bytes.cString) }
}

extension [UInt8] {
  /// The bytes as C has text, with a NUL behind them.
  public var cString: [CChar] { (self + [0]).map { CChar(bitPattern: $0) } }
}

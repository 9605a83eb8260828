internal import CLinux
public import SystemPackage

/// What a symbolic link holds.
public enum SymbolicLink {
  /// The link's text, byte for byte.
  ///
  /// The corresponding C function is `readlink`.
  /// - Throws: `fileNameTooLong` for one longer than Linux makes.
  public static func read(_ path: FilePath) throws(Errno) -> [UInt8] {
    var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
    let count = try call { () -> Int in
      unsafe buffer.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return 0 }
        return unsafe path.withPlatformString { unsafe readlink($0, base, buffer.count) }
      }
    }
    guard count < buffer.count else { throw .fileNameTooLong }
    return buffer.prefix(count).map { UInt8(bitPattern: $0) }
  }
}

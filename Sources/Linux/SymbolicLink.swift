internal import CLinux
public import SystemPackage

/// What a symbolic link holds.
public enum SymbolicLink {
  /// The link's text, byte for byte.
  ///
  /// The corresponding C function is `readlink`.
  /// - Throws: `fileNameTooLong` for one longer than Linux makes.
  public static func read(_ path: FilePath) throws(Errno) -> [UInt8] {
    let most = Int(PATH_MAX) + 1
    let text = unsafe withUnsafeTemporaryAllocation(byteCount: most, alignment: 1) { buffer in
      Result { () throws(Errno) in
        let count = try call {
          unsafe path.withPlatformString { path in
            unsafe buffer.withMemoryRebound(to: CChar.self) { buffer in
              unsafe buffer.baseAddress.map { unsafe readlink(path, $0, buffer.count) } ?? 0
            }
          }
        }
        guard count < most else { throw .fileNameTooLong }
        return unsafe Array(buffer[..<count])
      }
    }
    return try text.get()
  }
}

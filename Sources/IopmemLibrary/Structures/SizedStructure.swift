internal import CIopmem
internal import Iopmem

/// A structure of the header that begins with its own size, by which versions tell themselves
/// apart: what a later one adds is 0 for an earlier caller.
protocol SizedStructure {
  /// One of zeros, which asks for nothing.
  init()
  /// The size that it had in the first version.
  static var firstSize: Int { get }
}

extension iopmem_options: SizedStructure { static let firstSize = 40 }
extension iopmem_limits: SizedStructure { static let firstSize = 48 }
extension iopmem_info: SizedStructure { static let firstSize = 160 }
extension iopmem_nvme_list: SizedStructure { static let firstSize = 72 }

extension SizedStructure {
  /// Takes a structure over from a caller, who may have been compiled with another version.
  /// - Parameter name: what the caller knows it as.
  /// - Throws: `misuse` for a size that no version has, and for what this one does not know.
  init(taking pointer: UnsafePointer<Self>, _ name: String) throws(Failure) {
    let size = try unsafe Self.size(of: UnsafeRawPointer(pointer), name)
    let bytes = unsafe UnsafeRawBufferPointer(start: pointer, count: size)
    guard unsafe bytes.dropFirst(MemoryLayout<Self>.size).allSatisfy({ $0 == 0 }) else {
      throw .misuse("\(name): asks for what a later version knows")
    }
    self.init()
    unsafe withUnsafeMutableBytes(of: &self) { own in
      unsafe own.copyBytes(from: bytes.prefix(own.count))
    }
  }

  /// Hands the structure to a caller, as far as there is room for it.
  /// - Throws: `misuse` for a size that no version has.
  func give(to pointer: UnsafeMutablePointer<Self>, _ name: String) throws(Failure) {
    let size = try unsafe Self.size(of: UnsafeRawPointer(pointer), name)
    unsafe withUnsafeBytes(of: self) { own in
      // All but the caller's size.
      let kept = MemoryLayout<UInt32>.size..<min(size, own.count)
      let room = unsafe UnsafeMutableRawBufferPointer(start: pointer, count: size)
      unsafe UnsafeMutableRawBufferPointer(rebasing: room[kept]).copyBytes(from: own[kept])
    }
  }

  /// The size that a structure says it has.
  private static func size(
    of structure: UnsafeRawPointer, _ name: String
  ) throws(Failure) -> Int {
    let size = Int(unsafe structure.loadUnaligned(as: UInt32.self))
    guard (firstSize...4096).contains(size) else {
      throw .misuse("\(name): a size of \(size) bytes, see iopmem_\(name)_init")
    }
    return size
  }
}

internal import CIopmem
internal import Iopmem
internal import PCI

extension iopmem_info {
  /// Fills the structure with what is known of a file.
  init(_ file: MapHandle) {
    self.init()
    let map = file.map
    if map.dax == true { flags |= IOPMEM_INFO_DAX }
    if file.leaseDescriptor != nil { flags |= IOPMEM_INFO_LEASED }
    if map.pinned { flags |= IOPMEM_INFO_PINNED }
    file_size = map.size.rawValue
    mapped_size = map.range.upperBound.rawValue
    hole_bytes = map.holeBytes.rawValue
    segment_count = UInt64(file.segmentCount)
    inode = map.inode
    bar_address = file.origin
    window_offset = map.window.start.rawValue
    window_size = map.window.length.rawValue
    address_kind = Self.kind(of: map).rawValue
    bar = map.window.bar.flatMap(Int32.init(exactly:)) ?? -1
    unsafe withUnsafeMutableBytes(of: &function) {
      unsafe $0.copyBytes(from: (map.window.function?.description ?? "").utf8.prefix($0.count - 1))
    }
    unsafe withUnsafeMutableBytes(of: &fingerprint) {
      unsafe $0.copyBytes(from: map.fingerprint.bytes.prefix($0.count))
    }
    unsafe withUnsafeMutableBytes(of: &fingerprint_text) {
      unsafe $0.copyBytes(from: map.fingerprint.description.utf8.prefix($0.count - 1))
    }
  }

  /// Which addresses a file's segments have.
  private static func kind(of map: FileMap) -> iopmem_address_kind {
    switch map.client?.answer {
    case .cpuAddress: IOPMEM_CPU_ADDRESS
    case .iovaOnly: IOPMEM_CLIENT_ADDRESS
    case .busAddress, .notSupported, .unknown, nil:
      map.window.source == .mapped ? IOPMEM_CLIENT_ADDRESS : IOPMEM_BUS_ADDRESS
    }
  }
}

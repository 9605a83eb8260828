public import CIopmem
internal import Iopmem
internal import Linux
internal import SystemPackage

/// Makes the PRP list of a part of a file.
@c @implementation
public func iopmem_file_nvme_prp(
  _ file: OpaquePointer?, _ offset: UInt64, _ length: UInt64,
  _ limits: UnsafePointer<iopmem_limits>?, _ list: UnsafeMutablePointer<iopmem_nvme_list>?
) -> CInt {
  unsafe give(file, offset, length, limits, list, ListMemory.pages) {
    (map, segments, limits, memory) throws(Failure) in
    try PRPList(of: map, segments, under: limits, in: memory)
  }
}

/// Makes the SGL of a part of a file.
@c @implementation
public func iopmem_file_nvme_sgl(
  _ file: OpaquePointer?, _ offset: UInt64, _ length: UInt64,
  _ limits: UnsafePointer<iopmem_limits>?, _ list: UnsafeMutablePointer<iopmem_nvme_list>?
) -> CInt {
  unsafe give(file, offset, length, limits, list, ListMemory.descriptors) {
    (map, segments, limits, memory) throws(Failure) in
    try SGLList(of: map, segments, under: limits, in: memory)
  }
}

/// Makes a list of a part of a file, and gives it to the caller.
private func give<List: EngineList>(
  _ file: OpaquePointer?, _ offset: UInt64, _ length: UInt64,
  _ limits: UnsafePointer<iopmem_limits>?, _ list: UnsafeMutablePointer<iopmem_nvme_list>?,
  _ memory: (UInt64?, ByteCount) throws(ListMemory.Mistake) -> ListMemory,
  _ make: (FileMap, borrowing SegmentList, Limits, ListMemory) throws(Failure) -> List
) -> CInt {
  answer { () throws(Failure) in
    let request = try unsafe ListRequest(file, offset, length, limits, list, memory)
    try request.file.withList(from: request.offset, length: request.length) {
      (map, segments) throws(Failure) in
      try make(map, segments, request.limits, request.memory)
    } _: { (made, segments) throws(Failure) in
      try unsafe request.write(made, segments, to: list)
    }
    return IOPMEM_OK
  }
}

/// What a caller wants a list of, and where it is to be.
private struct ListRequest {
  let file: MapHandle
  let offset: FileOffset
  let length: ByteCount?
  let limits: Limits
  let memory: ListMemory

  /// Reads a caller's request, and empties what is answered.
  /// - Throws: `misuse` for what makes no sense.
  init(
    _ file: OpaquePointer?, _ offset: UInt64, _ length: UInt64,
    _ limits: UnsafePointer<iopmem_limits>?, _ list: UnsafeMutablePointer<iopmem_nvme_list>?,
    _ make: (UInt64?, ByteCount) throws(ListMemory.Mistake) -> ListMemory
  ) throws(Failure) {
    self.file = try OpenFiles[UInt(bitPattern: file)]
    self.offset = FileOffset(offset)
    self.length = byteCount(length)
    guard let list = unsafe list else { throw .misuse("nvme_list: NULL") }
    var given = try unsafe iopmem_nvme_list(taking: list, "nvme_list")
    unsafe (given.data_pointer, given.list_bytes, given.transfer_bytes) = ((0, 0), 0, 0)
    try unsafe given.give(to: list, "nvme_list")
    guard unsafe given.flags == 0 else { throw .misuse("nvme_list: an unknown flag") }
    guard unsafe given.memory != nil || given.memory_bytes == 0 else {
      throw .misuse("nvme_list: memory_bytes of no memory")
    }
    let engine = try unsafe EngineLimits(limits)
    guard !engine.skipsHoles else {
      throw .misuse("limits: no NVMe command can skip holes")
    }
    self.limits = engine.limits
    let pageSize = unsafe given.page_size
    let address = unsafe given.address
    do throws(ListMemory.Mistake) {
      memory = try make(address, pageSize == 0 ? .page : ByteCount(pageSize))
    } catch { throw .misuse("nvme_list: \(error.sentence)") }
  }

  /// Writes a list to the caller's memory, and what the command needs to the caller's structure.
  /// - Throws: `failed` with `noSpace` where the list is longer than the memory; the structure then
  ///   has its length.
  func write<List: EngineList>(
    _ made: List, _ segments: borrowing SegmentList,
    to list: UnsafeMutablePointer<iopmem_nvme_list>?
  ) throws(Failure) {
    guard let list = unsafe list else { throw .misuse("nvme_list: NULL") }
    var answer = try unsafe iopmem_nvme_list(taking: list, "nvme_list")
    let (bytes, overflow) = made.recordCount.multipliedReportingOverflow(
      by: UInt64(MemoryLayout<List.Record>.stride))
    guard !overflow, let count = Int(exactly: bytes) else {
      throw .misuse("nvme_list: a list that no memory holds")
    }
    unsafe answer.list_bytes = bytes
    guard unsafe bytes <= answer.memory_bytes else {
      try unsafe answer.give(to: list, "nvme_list")
      throw Failure(
        .failed, file.map.path, "needs a list of \(bytes) bytes, and there is room for fewer",
        cause: .noSpace)
    }
    let room = unsafe UnsafeMutableRawBufferPointer(
      start: answer.memory, count: count)
    var written = 0
    try made.forEachRun(of: segments) { (run) throws(Failure) in
      unsafe run.withUnsafeBytes { records in
        unsafe UnsafeMutableRawBufferPointer(rebasing: room[written...]).copyBytes(from: records)
        written += records.count
      }
    }
    unsafe answer.data_pointer = (made.dataPointer.first, made.dataPointer.second)
    unsafe answer.transfer_bytes = made.transfer.byteCount.rawValue
    try unsafe answer.give(to: list, "nvme_list")
  }
}

extension ListMemory.Mistake {
  fileprivate var sentence: String {
    switch self {
    case .pageSize: "page_size is a power of two, 4096 to 128 MiB"
    case .misaligned: "address is a multiple of 8 for PRPs, of 16 for an SGL"
    }
  }
}

/// What an NVMe controller makes of a command's data pointer: a reader of PRP lists and SGLs,
/// written from the NVM Express Base Specification 2.2, sections 4.3.1 and 4.3.2.
public struct NVMeController: Sendable {
  /// A run of memory that the command moves bytes to or from.
  public struct Run: Hashable, Sendable {
    /// Where it begins.
    public var address: UInt64
    /// How many bytes it has.
    public var length: UInt64

    /// A run.
    public init(address: UInt64, length: UInt64) {
      self.address = address
      self.length = length
    }
  }

  /// A status with which the controller ends the command.
  public enum Abort: Error, Hashable {
    case prpOffsetInvalid(UInt64)
    case dataTransferError(UInt64)
    case sglDescriptorTypeInvalid(UInt8)
    case invalidSGLSegmentDescriptor(UInt64)
    case invalidNumberOfSGLDescriptors
    case dataSGLLengthInvalid
    /// Not the controller's to see: the list has bytes that no command reads.
    case unreadList(Int)
  }

  /// CC.MPS.
  let pageSize: UInt64
  /// The memory that the list was copied to: nothing else can be read.
  let listBase: UInt64
  let list: [UInt8]

  /// A controller with nothing in memory but a list.
  public init(pageSize: UInt64, listBase: UInt64, list: [UInt8]) {
    self.pageSize = pageSize
    self.listBase = listBase
    self.list = list
  }

  /// The memory that a command of so many bytes moves, by its PRP1 and PRP2.
  public func runs(physicalRegionPages pointer: [UInt8], bytes: UInt64) throws(Abort) -> [Run] {
    let first = pointer.number(0, 8)
    let second = pointer.number(8, 8)
    guard first % 4 == 0 else { throw .prpOffsetInvalid(first) }
    var runs = [Run(address: first, length: min(bytes, pageSize - first % pageSize))]
    var left = bytes - runs[0].length
    var read = 0
    if left > pageSize {
      guard second % 8 == 0 else { throw .prpOffsetInvalid(second) }
      var slot = second
      while left > 0 {
        let entry = try memory(slot, 8).number(0, 8)
        read += 8
        guard entry % pageSize == 0 else { throw .prpOffsetInvalid(entry) }
        if slot % pageSize == pageSize - 8, left > pageSize {
          slot = entry
          continue
        }
        runs.append(Run(address: entry, length: min(left, pageSize)))
        left -= min(left, pageSize)
        slot += 8
      }
    } else if left > 0 {
      guard second % pageSize == 0 else { throw .prpOffsetInvalid(second) }
      runs.append(Run(address: second, length: left))
    } else if second != 0 {
      // Reserved when one entry does.
      throw .prpOffsetInvalid(second)
    }
    guard read == list.count else { throw .unreadList(list.count - read) }
    return runs
  }

  /// The memory that a command of so many bytes moves, by its SGL1.
  public func runs(scatterGatherList pointer: [UInt8], bytes: UInt64) throws(Abort) -> [Run] {
    var runs: [Run] = []
    var read = 0
    var next: Descriptor? = try Descriptor(pointer)
    while let descriptor = next {
      next = nil
      guard descriptor.type != 0 else {
        runs.append(Run(address: descriptor.address, length: descriptor.length))
        break
      }
      let (end, overflow) = descriptor.address.addingReportingOverflow(descriptor.length)
      guard descriptor.length > 0, descriptor.length % 16 == 0, descriptor.address % 8 == 0,
        // A page that is the last ends with the address space.
        !overflow || end == 0, descriptor.address / pageSize == (end &- 1) / pageSize
      else { throw .invalidSGLSegmentDescriptor(descriptor.address) }
      let segment = try memory(descriptor.address, Int(descriptor.length))
      read += segment.count
      var descriptors: [Descriptor] = []
      for offset in stride(from: 0, to: segment.count, by: 16) {
        descriptors.append(try Descriptor(Array(segment[offset..<offset + 16])))
      }
      if let last = descriptors.last, last.type != 0 {
        // Its last segment has no link; any other has one, and bytes before it.
        guard descriptor.type == 2, descriptors.count > 1 else {
          throw .invalidSGLSegmentDescriptor(descriptor.address)
        }
        next = descriptors.removeLast()
      } else if descriptor.type != 3 {
        throw .invalidSGLSegmentDescriptor(descriptor.address)
      }
      guard descriptors.allSatisfy({ $0.type == 0 }) else { throw .invalidNumberOfSGLDescriptors }
      runs += descriptors.map { Run(address: $0.address, length: $0.length) }
    }
    guard runs.reduce(0, { $0 + $1.length }) == bytes, runs.allSatisfy({ $0.length > 0 }) else {
      throw .dataSGLLengthInvalid
    }
    guard read == list.count else { throw .unreadList(list.count - read) }
    return runs
  }

  private struct Descriptor {
    let address: UInt64
    let length: UInt64
    let type: UInt8

    init(_ bytes: [UInt8]) throws(Abort) {
      address = bytes.number(0, 8)
      length = bytes.number(8, 4)
      type = bytes[15] >> 4
      guard [0, 2, 3].contains(type), bytes[15] & 15 == 0, bytes.number(12, 3) == 0 else {
        throw .sglDescriptorTypeInvalid(bytes[15])
      }
    }
  }

  /// Bytes of memory, of which there is only the list.
  private func memory(_ address: UInt64, _ count: Int) throws(Abort) -> [UInt8] {
    guard address >= listBase, let offset = Int(exactly: address - listBase),
      offset <= list.count, count <= list.count - offset
    else { throw .dataTransferError(address) }
    return Array(list[offset..<offset + count])
  }
}

extension [NVMeController.Run] {
  /// The same bytes in as few runs as can be.
  public var joined: [NVMeController.Run] {
    reduce(into: []) { runs, next in
      if let last = runs.last, last.address + last.length == next.address {
        runs[runs.count - 1].length += next.length
      } else {
        runs.append(next)
      }
    }
  }
}

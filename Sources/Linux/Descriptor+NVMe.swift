internal import CLinux
public import SystemPackage

extension Descriptor {
  /// What an NVMe controller tells of itself: the 4096 bytes of its Identify Controller data structure.
  ///
  /// The corresponding request is `NVME_IOCTL_ADMIN_CMD`, with the command Identify (06h) and CNS 01h.
  /// - Throws: `ioError` for a status of the controller's own.
  public func identifyController() throws(Errno) -> [UInt8] {
    var data = [UInt8](repeating: 0, count: 4096)
    var command = nvme_passthru_cmd()
    command.opcode = 0x06
    command.data_len = UInt32(data.count)
    command.cdw10 = 0x01
    let status = try call { () -> CInt in
      unsafe data.withUnsafeMutableBytes {
        command.addr = UInt64(UInt(bitPattern: $0.baseAddress))
        return unsafe iopmem_ioctl(rawValue, iopmem_NVME_IOCTL_ADMIN_CMD, &command)
      }
    }
    guard status == 0 else { throw .ioError }
    return data
  }
}

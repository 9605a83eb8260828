import PCI
import TestSupport

extension FuzzTarget {
  /// The configuration space of a function: lists of capabilities, registers, access control.
  static let config = FuzzTarget(
    name: "config",
    read: { bytes, _ in
      let space = ConfigSpace(bytes)
      for identity in UInt8.min ... .max {
        guard let offset = space.capability(identity) else { continue }
        let found: UInt8? = space.read(at: offset)
        try hold(offset >= 64 && offset < 256 && found == identity, "\(identity) at \(offset)")
      }
      for identity: UInt16 in 0...0x40 {
        guard let offset = space.extendedCapability(identity) else { continue }
        let found: UInt16? = space.read(at: offset)
        try hold(offset >= 256 && offset < 4096 && found == identity, "\(identity) at \(offset)")
      }
      try holdAccessControl(of: space)
      if let layout = space.layout {
        let registers = BaseAddressRegister.registers(
          in: space, at: 0x10, count: layout.registerCount)
        try hold(registers.count == layout.registerCount, "\(registers.count) registers")
        for register in registers.compactMap({ $0 }) {
          let isWide = register.kind == .memory64
          try hold(isWide || register.address <= UInt32.max, "\(register) has too many bits")
          try hold(register.address & 0x3 == 0, "\(register) has flags in its address")
        }
      }
      for window in space.bridgeWindows ?? [] {
        try hold(
          window.lowerBound & 0xF_FFFF == 0 && window.upperBound & 0xF_FFFF == 0xF_FFFF,
          "a bridge forwards \(window)")
      }
      if let virtual = space.virtualization {
        try hold(virtual.registers.count == 6, "\(virtual.registers.count) registers")
      }
      _ = (space.powerState, space.portType, space.classCode, space.command, space.isGone)
    })

  /// Whoever may read less sees the same, or that it is unseen: never that there is nothing.
  private static func holdAccessControl(of space: ConfigSpace) throws {
    let whole = space.accessControl
    if whole == .absent {
      try hold(space.bytes.count == 256 || space.bytes.count >= 4096, "absent, and not looked at")
    }
    for length in [0, 63, 64, 255, 257, 512, 1024, 4095] where length < space.bytes.count {
      let part = ConfigSpace(Array(space.bytes.prefix(length))).accessControl
      try hold(
        part == .unseen || part == whole || whole == .unseen,
        "\(part) of \(length) bytes, and \(whole) of all")
      try hold(part != .absent, "absent in \(length) bytes")
    }
  }
}

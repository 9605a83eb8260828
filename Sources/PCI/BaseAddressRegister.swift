/// What a BAR register decodes: a bus address, and of which kind.
public struct BaseAddressRegister: Sendable, Hashable {
  /// What the register decodes.
  public enum Kind: Sendable, Hashable {
    case io, memory32, memory64
  }

  /// What the register decodes.
  public let kind: Kind
  /// Whether reads have no side effects.
  public let isPrefetchable: Bool
  /// The bus address; 0 is not assigned, or no such BAR.
  public let address: UInt64

  init(kind: Kind, isPrefetchable: Bool, address: UInt64) {
    self.kind = kind
    self.isPrefetchable = isPrefetchable
    self.address = address
  }

  /// The registers that stand one after another in a configuration space.
  ///
  /// - Parameters:
  ///   - offset: where the first one is: 0x10 in a header, 0x24 in the SR-IOV capability.
  ///   - count: how many there are.
  /// - Returns: one entry an index. It is nil for the upper half of a 64-bit register, for a
  ///   register of a reserved type, and where the bytes were not read.
  public static func registers(
    in config: ConfigSpace, at offset: Int, count: Int
  ) -> [BaseAddressRegister?] {
    var registers: [BaseAddressRegister?] = []
    while registers.count < count {
      let start = offset + 4 * registers.count
      guard let low: UInt32 = config.read(at: start) else {
        registers.append(nil)
        continue
      }
      let isPair = low & 0x7 == 0x4
      let high: UInt32? =
        isPair && registers.count + 1 < count ? config.read(at: start + 4) : nil
      registers.append(BaseAddressRegister(low: low, high: high))
      if isPair { registers.append(nil) }
    }
    return Array(registers.prefix(count))
  }

  /// The register of these bits: `PCI_BASE_ADDRESS_*`, linux/pci_regs.h; nil for a reserved type
  /// and for a 64-bit register without its upper half.
  init?(low: UInt32, high: UInt32?) {
    if low & 0x1 != 0 {
      (kind, isPrefetchable, address) = (.io, false, UInt64(low & ~0x3))
      return
    }
    switch low & 0x6 {
    case 0x0, 0x2:  // The second: 32 bits, once only below 1 MiB.
      (kind, address) = (.memory32, UInt64(low & ~0xF))
    case 0x4:
      guard let high else { return nil }
      (kind, address) = (.memory64, UInt64(high) << 32 | UInt64(low & ~0xF))
    default:
      return nil
    }
    isPrefetchable = low & 0x8 != 0
  }
}

extension ConfigSpace {
  /// Whether every BAR of the header was read, and none has an address: what a reset leaves.
  var hasEmptyRegisters: Bool {
    guard let layout, bytes.count >= Self.headerLength else { return false }
    return BaseAddressRegister.registers(in: self, at: 0x10, count: layout.registerCount)
      .allSatisfy { $0.map { $0.address == 0 } ?? true }
  }
}

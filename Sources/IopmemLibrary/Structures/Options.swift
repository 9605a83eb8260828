internal import CIopmem
internal import Iopmem
internal import PCI

/// How a caller wants a file opened: `struct iopmem_options`, without its pointer.
private struct Options {
  var flags: UInt32 = 0
  var client: FunctionAddress?
  var addressBits: UInt32 = 0
  var bar: UInt32 = 0
  var base: UInt64 = 0
  var iovaBase: UInt64 = 0

  /// Reads a caller's options.
  /// - Throws: `misuse` when the client is none.
  init(_ pointer: UnsafePointer<iopmem_options>) throws(Failure) {
    let raw = try unsafe iopmem_options(taking: pointer, "options")
    unsafe (flags, addressBits, bar) = (raw.flags, raw.address_bits, raw.bar)
    unsafe (base, iovaBase) = (raw.base, raw.iova_base)
    guard let name = unsafe raw.client else { return }
    client = unsafe String(validatingCString: name).flatMap { FunctionAddress($0) }
    if client == nil {
      throw .misuse("options: the client is no PCI function, as 0000:04:00.0 is one")
    }
  }

  func has(_ flag: UInt32) -> Bool { flags & flag != 0 }

  /// The hazards to pass.
  var allowed: Set<Hazard> { Set(Self.classes.filter { has($0.flag) }.map(\.hazard)) }

  private static let classes: [(flag: UInt32, hazard: Hazard)] = [
    (IOPMEM_ALLOW_UNWRITTEN, .unwritten), (IOPMEM_ALLOW_SHARED, .shared),
    (IOPMEM_ALLOW_ENCODED, .encoded), (IOPMEM_ALLOW_ENCRYPTED, .encrypted),
  ]

  /// Finds options that make no sense, alone or together; nil if there are none.
  func mistake() -> String? {
    let known =
      IOPMEM_LEASE | IOPMEM_IOVA_BASE | IOPMEM_BASE | IOPMEM_BAR | IOPMEM_BLOCK_GRANULAR
      | IOPMEM_NO_DAX_CHECK | IOPMEM_REQUIRE_PIN | IOPMEM_FORCE
      | Self.classes.reduce(0) { $0 | $1.flag }
    let isLeased = has(IOPMEM_LEASE)
    if flags & ~known != 0 { return "an unknown flag" }
    if base != 0 && !has(IOPMEM_BASE) || bar != 0 && !has(IOPMEM_BAR)
      || iovaBase != 0 && !has(IOPMEM_IOVA_BASE)
    {
      return "base, bar or iova_base without its flag"
    }
    if has(IOPMEM_BASE) && has(IOPMEM_BAR) { return "IOPMEM_BASE and IOPMEM_BAR" }
    if isLeased && (has(IOPMEM_BASE) || has(IOPMEM_BAR) || has(IOPMEM_IOVA_BASE)) {
      return "IOPMEM_LEASE, and an address that it would tell itself"
    }
    if has(IOPMEM_FORCE) && !(isLeased && client != nil) {
      return "IOPMEM_FORCE without IOPMEM_LEASE and a client"
    }
    if bar > 5 { return "the BAR is 0 to 5" }
    if has(IOPMEM_IOVA_BASE) && client == nil { return "IOPMEM_IOVA_BASE without a client" }
    if addressBits != 0 && !(client != nil && (32...64).contains(addressBits)) {
      return "address_bits are 32 to 64, and for a client"
    }
    return nil
  }
}

extension MapHandleRequest {
  /// Makes a request of a caller's options; NULL asks for nothing.
  /// - Throws: `misuse` for what makes no sense.
  init(_ pointer: UnsafePointer<iopmem_options>?) throws(Failure) {
    self.init()
    guard let pointer = unsafe pointer else { return }
    let options = try unsafe Options(pointer)
    if let mistake = options.mistake() { throw .misuse("options: \(mistake)") }
    isLeased = options.has(IOPMEM_LEASE)
    client = options.client.map {
      Client(
        $0, addressBits: options.addressBits == 0 ? nil : UInt8(clamping: options.addressBits),
        isForced: options.has(IOPMEM_FORCE))
    }
    iovaBase = options.has(IOPMEM_IOVA_BASE) ? options.iovaBase : nil
    windows = WindowSource(
      choices: WindowChoices(
        base: options.has(IOPMEM_BASE) ? options.base : nil,
        bar: options.has(IOPMEM_BAR) ? Int(options.bar) : nil))
    map = MapRequest(
      wholeBlocks: options.has(IOPMEM_BLOCK_GRANULAR), allowed: options.allowed,
      requiresDAX: !options.has(IOPMEM_NO_DAX_CHECK), requiresPin: options.has(IOPMEM_REQUIRE_PIN))
  }
}

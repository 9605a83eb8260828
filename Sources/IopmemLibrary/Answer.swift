internal import CIopmem
internal import Iopmem
internal import Linux
internal import SystemPackage

/// Runs a call; answers its result, or a failure's code after keeping the message for the thread.
func answer(_ body: () throws(Failure) -> iopmem_result) -> CInt {
  number { () throws(Failure) in CInt(try body().rawValue) }
}

/// The same for a call that answers a number, which is never negative.
func number(_ body: () throws(Failure) -> CInt) -> CInt {
  _ = areOptionsNamed
  do { return try body() } catch {
    ThreadMessage.keep(error.message, number: error.cause?.rawValue ?? 0)
    return CInt(error.code.result.rawValue)
  }
}

/// Explanations name what a C program gives, from the first call on.
private let areOptionsNamed: Void = CallerOption.name(by: \.member)

extension CallerOption {
  /// The member or the flag of `struct iopmem_options` that has its place, or of another structure.
  fileprivate var member: String? {
    switch self {
    case .addressBits: "address_bits"
    case .bar: "IOPMEM_BAR"
    case .base: "IOPMEM_BASE"
    case .blockGranular: "IOPMEM_BLOCK_GRANULAR"
    case .client: "client"
    case .force: "IOPMEM_FORCE"
    case .iovaBase: "IOPMEM_IOVA_BASE"
    case .length: "length"
    case .listBase: "address"
    case .noDAXCheck: "IOPMEM_NO_DAX_CHECK"
    case .offset: "offset"
    case .allowFragments, .image, .journal, .lock, .noBar, .preserve, .recursive, .size: nil
    }
  }
}

extension Failure {
  /// The failure of a call that makes no sense.
  static func misuse(_ reason: String) -> Failure { Failure(.misuse, nil, reason) }
}

extension Failure.Code {
  fileprivate var result: iopmem_result {
    switch self {
    case .refused: IOPMEM_REFUSED
    case .unknown: IOPMEM_UNKNOWN
    case .misuse: IOPMEM_INVALID
    default: IOPMEM_FAILED
    }
  }
}

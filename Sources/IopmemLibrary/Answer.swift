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
  do { return try body() } catch {
    ThreadMessage.keep(error.message, number: error.cause?.rawValue ?? 0)
    return CInt(error.code.result.rawValue)
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

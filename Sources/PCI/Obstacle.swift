public import SystemPackage

/// Why the memory of a function cannot be reached, or its address not be known.
public enum Obstacle: Error, Sendable, Hashable, CustomStringConvertible {
  /// A file of sysfs that is needed cannot be read, or is malformed.
  case unreadable(file: String, Errno)
  /// `config` ends before what is needed.
  case truncated(length: Int)
  /// The function does not answer: its config is all ones.
  case gone
  /// The function sleeps, and answers nothing but configuration requests.
  case asleep(Function.PowerState)
  /// Memory decoding is off in the COMMAND register, or in SR-IOV's for a virtual function.
  case decodingOff
  /// Memory decoding is off and every BAR is empty, as after a reset that nobody repaired: the
  /// addresses that the kernel remembers are no more the function's.
  case lost
  /// There is no such BAR.
  case absent(bar: Int)
  /// The BAR is one of I/O ports.
  case notMemory(bar: Int)
  /// The BAR has no address.
  case unassigned(bar: Int)
  /// Register, `resource` line and driver do not agree.
  case contradiction(bar: Int)
  /// The physical function does not tell where this virtual one is.
  case virtual(of: FunctionAddress)

  /// Whether the answer could not be read, as against being known to be bad.
  public var isIndeterminate: Bool {
    switch self {
    case .unreadable, .truncated, .virtual: true
    default: false
    }
  }

  /// What is wrong, as the end of a sentence that begins with the function.
  public var description: String {
    switch self {
    case .unreadable(let file, .badMessage): "has a malformed sysfs file, \(file)"
    case .unreadable(let file, let error): "has a sysfs file that cannot be read, \(file): \(error)"
    case .truncated(let length): "lets its config be read only to byte \(length)"
    case .gone: "does not answer: its config is all ones"
    case .asleep(let state): "is asleep, in \(state.rawValue)"
    case .decodingOff: "has memory decoding off"
    case .lost: "has lost its BARs: their registers are empty, and memory decoding is off"
    case .absent(let bar): "has no BAR \(bar)"
    case .notMemory(let bar): "has I/O ports at BAR \(bar), not memory"
    case .unassigned(let bar): "has no address for BAR \(bar)"
    case .contradiction(let bar):
      "tells of different places for BAR \(bar) in config, in resource and through its driver"
    case .virtual(let physical):
      "is a virtual function, and the SR-IOV capability of \(physical) does not tell its place"
    }
  }
}

internal import CLinux
public import SystemPackage

/// A buffered stream of bytes to a descriptor, whose write errors are never lost.
///
/// `print` ignores a full disk and a closed pipe; a program that hands out addresses may not.
/// Nothing is written behind the owner's back: whoever fills it calls `flush`.
public struct Output: ~Copyable {
  /// Nil where all is gathered.
  private let descriptor: Int32?
  @usableFromInline var buffer: [UInt8] = []
  @usableFromInline let threshold: Int

  /// A stream to an open descriptor, which stays open.
  public init(to descriptor: Int32, threshold: Int = 65_536) {
    self.descriptor = descriptor
    self.threshold = threshold
    buffer.reserveCapacity(threshold + 4096)
  }

  /// A stream that only gathers what is added to it.
  public static func memory() -> Output { Output() }

  private init() {
    descriptor = nil
    threshold = .max
  }

  /// What was added to it and has not been written.
  public var gathered: [UInt8] { buffer }

  /// Forgets what has gathered.
  public mutating func discard() { buffer.removeAll(keepingCapacity: true) }

  /// Standard output itself, to wait for its reader's end.
  public static let standardDescriptor: Int32 = STDOUT_FILENO

  /// A stream to standard output.
  public static func standard() -> Output { Output(to: STDOUT_FILENO) }

  /// A stream to standard error, which goes out with every line.
  public static func standardError() -> Output { Output(to: STDERR_FILENO, threshold: 0) }

  /// Whether a person is at the other end.
  ///
  /// The corresponding C function is `isatty`.
  public var isTerminal: Bool { descriptor.map { isatty($0) == 1 } ?? false }

  /// How many columns its lines have; nil for what is no terminal, or does not tell.
  ///
  /// The corresponding request is `TIOCGWINSZ`.
  public var terminalColumns: Int? {
    guard let columns = descriptor.map(iopmem_terminal_columns), columns > 0 else { return nil }
    return Int(columns)
  }

  /// Adds bytes, and writes when enough have gathered.
  @inlinable
  public mutating func write(_ bytes: some Sequence<UInt8>) throws(Errno) {
    buffer.append(contentsOf: bytes)
    if buffer.count > threshold { try flush() }
  }

  /// Adds text, and writes when enough has gathered.
  @inlinable
  public mutating func write(_ text: String) throws(Errno) { try write(text.utf8) }

  /// Lets a renderer append to the buffer itself, then writes when enough has gathered.
  @inlinable
  public mutating func append(_ render: (inout [UInt8]) -> Void) throws(Errno) {
    render(&buffer)
    if buffer.count > threshold { try flush() }
  }

  /// Writes what has gathered; a stream in memory keeps it.
  public mutating func flush() throws(Errno) {
    guard let number = descriptor else { return }
    // What the kernel refused is not written again.
    defer { discard() }
    let count = try callUntilDone(buffer.count) { (done) throws(Errno) in
      try call { () -> Int in
        unsafe buffer.withUnsafeBytes {
          unsafe CLinux.write(number, $0.baseAddress.map { unsafe $0 + done }, $0.count - done)
        }
      }
    }
    guard count == buffer.count else { throw .ioError }
  }
}

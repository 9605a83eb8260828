/// A datagram that came where the kernel sends its events of devices, and who sent it.
public struct EventDatagram: Sendable, Hashable {
  /// What it holds.
  public var bytes: [UInt8]
  /// The port of the sending socket: 0 for the kernel.
  public var port: UInt32
  /// The sending process by its credentials, 0 for the kernel; nil where there are none.
  public var process: UInt32?
  /// Its user; nil where there are no credentials.
  public var user: UInt32?
  /// Whether it was longer than the room for it, or is of another kind of socket.
  public var isDamaged: Bool

  /// A datagram of these parts.
  public init(
    bytes: [UInt8], port: UInt32, process: UInt32?, user: UInt32?, isDamaged: Bool = false
  ) {
    self.bytes = bytes
    self.port = port
    self.process = process
    self.user = user
    self.isDamaged = isDamaged
  }

  /// Whether the kernel sent it: any process may send to a netlink socket of another.
  public var isFromKernel: Bool { port == 0 && process == 0 && user == 0 }
}

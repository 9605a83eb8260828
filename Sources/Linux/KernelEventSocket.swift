internal import CLinux
public import SystemPackage

/// A socket that the kernel tells of devices that come, go and change.
///
/// The corresponding C functions are `socket` with `NETLINK_KOBJECT_UEVENT`, and `recvmsg`:
/// netlink(7), lib/kobject_uevent.c.
public struct KernelEventSocket: ~Copyable {
  private let socket: Descriptor
  private var buffer = [UInt8](repeating: 0, count: Self.longest)

  /// The kernel's own limit is 2048 bytes of variables, and a path of at most a page.
  private static let longest = 16384

  /// Subscribes: every event from now on waits to be read, as far as there is room.
  public init() throws(Errno) { socket = Descriptor(taking: try call { iopmem_event_socket() }) }

  /// What is readable once an event waits.
  public var descriptor: Int32 { socket.rawValue }

  /// The next datagram; nil if none waits.
  /// - Throws: `noBufferSpace` where events were lost, because there was no room.
  public mutating func next() throws(Errno) -> EventDatagram? {
    var sender = iopmem_sender()
    let count: Int
    do {
      count = try call {
        unsafe iopmem_receive_event(socket.rawValue, &buffer, buffer.count, &sender)
      }
    } catch .wouldBlock { return nil }
    let isKnown = sender.has_credentials != 0
    return EventDatagram(
      bytes: Array(buffer.prefix(count)), port: sender.port,
      process: isKnown ? sender.process : nil,
      user: isKnown ? sender.user : nil, isDamaged: sender.is_cut != 0 || sender.is_netlink == 0)
  }
}

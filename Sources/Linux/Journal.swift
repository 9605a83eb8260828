internal import CLinux
public import SystemPackage

/// The systemd journal, which takes messages with fields that can be searched for.
public enum Journal {
  /// A field of a message: a name of capitals, digits and underscores, and any text.
  public typealias Field = (name: String, value: String)

  /// Whether standard error goes there: systemd.exec(5), `$JOURNAL_STREAM`.
  public static var takesStandardError: Bool {
    guard let stream = Process.variable("JOURNAL_STREAM"),
      let status = try? Status(of: "/proc/self/fd/2", followingLinks: true)
    else { return false }
    let device = gnu_dev_makedev(status.device.major, status.device.minor)
    return stream == "\(device):\(status.inode)"
  }

  /// Sends a message.
  ///
  /// The protocol is systemd.io/JOURNAL_NATIVE_PROTOCOL.
  /// - Throws: `Errno` where the journal does not take it, or not at once.
  public static func send(_ fields: [Field]) throws(Errno) {
    var bytes: [UInt8] = []
    for field in fields {
      bytes += field.name.utf8
      let value = Array(field.value.utf8)
      if value.contains(UInt8(ascii: "\n")) {
        bytes.append(UInt8(ascii: "\n"))
        for shift in 0..<8 {
          bytes.append(UInt8(truncatingIfNeeded: UInt64(value.count) >> (8 * shift)))
        }
      } else {
        bytes.append(UInt8(ascii: "="))
      }
      bytes += value
      bytes.append(UInt8(ascii: "\n"))
    }
    let message = bytes
    _ = try call { unsafe iopmem_send_to_journal(message, message.count) }
  }
}

internal import CLinux

/// What went wrong last in this thread, kept where C can read it until the thread keeps another.
public enum ThreadMessage {
  /// Keeps a message, in place of the one before; a long one loses its end, by whole characters.
  /// - Parameter number: the kernel's error, or 0.
  public static func keep(_ text: String, number: Int32) {
    let room = Int(IOPMEM_MESSAGE_ROOM)
    var bytes = Array(text.utf8.prefix(room))
    if bytes.count == room {
      // Down to the first byte of the character that does not fit beside the NUL.
      while let last = bytes.popLast(), UTF8.isContinuation(last) {}
    }
    let message = bytes.map { CChar(bitPattern: $0) } + [0]
    unsafe iopmem_keep_message(message, message.count, number)
  }

  /// The message's bytes, ended by NUL; of no length before the first.
  @unsafe public static var text: UnsafePointer<CChar> { unsafe iopmem_kept_message() }

  /// The kernel's error behind it, or 0.
  public static var number: Int32 { iopmem_kept_number() }
}

internal import CLinux
public import SystemPackage

/// Tells that something of some files changed; what, is to be looked at.
///
/// The corresponding C functions are `inotify_init1` and `inotify_add_watch`: inotify(7).
public struct FileNotifier: ~Copyable {
  private let notifier: Descriptor

  /// A notifier of no file.
  public init() throws(Errno) { notifier = Descriptor(taking: try call { iopmem_notifier() }) }

  /// What is readable once something changed.
  public var descriptor: Int32 { notifier.rawValue }

  /// Watches the file that has a name now; once more does no harm.
  public func watch(_ path: FilePath) throws(Errno) {
    _ = try call {
      unsafe path.withPlatformString { unsafe iopmem_notify_of(notifier.rawValue, $0) }
    }
  }

  /// Forgets what was told by now.
  public func drain() throws(Errno) {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    var count = 1
    while count > 0 {
      do {
        count = try call { unsafe CLinux.read(notifier.rawValue, &buffer, buffer.count) }
      } catch .wouldBlock { return }
    }
  }
}

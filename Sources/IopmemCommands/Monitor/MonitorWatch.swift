internal import Iopmem
internal import Linux
internal import SystemPackage

/// What tells that something happened: the kernel's events of devices, the table of mounts, changes
/// of files, and the reader of what is printed.
struct MonitorWatch: ~Copyable {
  /// The kernel's events; nil for a captured machine, which has none.
  private var socket: KernelEventSocket?
  private let mounts: Descriptor
  private let files: FileNotifier
  private var lastLook = ContinuousClock.now

  /// Subscribes.
  init(root: SystemRoot) throws(Failure) {
    let table = try Self.mountTable(of: root)
    let notifier = try Self.notifier()
    socket = try Self.events(of: root)
    mounts = table
    files = notifier
  }

  private static func mountTable(of root: SystemRoot) throws(Failure) -> Descriptor {
    let table = root.absolute("proc/self/mountinfo")
    do { return try Descriptor(table, .readOnly) } catch {
      throw Failure(error, table, "cannot watch the mounts")
    }
  }

  private static func notifier() throws(Failure) -> FileNotifier {
    do { return try FileNotifier() } catch {
      throw Failure(error, nil, "cannot watch files", remedy: "see fs.inotify in sysctl(8)")
    }
  }

  private static func events(of root: SystemRoot) throws(Failure) -> KernelEventSocket? {
    guard root.isRunningMachine else { return nil }
    do { return try KernelEventSocket() } catch {
      throw Failure(error, nil, "cannot ask the kernel for its events")
    }
  }

  /// Watches a file, before it is looked at; one that is gone is looked for again the next time.
  func watch(_ file: FilePath) throws(Failure) {
    do { try files.watch(file) } catch .noSpace {
      throw Failure(
        .failed, file, "cannot be watched: this user watches too many files",
        remedy: "see fs.inotify.max_user_watches in sysctl(8)")
    } catch {}
  }

  /// Waits until something happened, or it is time for a look.
  /// - Returns: what the kernel said; nil at the end: a signal came, or nobody reads.
  mutating func wait(seconds: Int) throws(Failure) -> [DeviceNotice]? {
    let end = lastLook + .seconds(seconds)
    let reader = Waiting.Subject.end(Output.standardDescriptor)
    var subjects = [reader, .change(mounts.rawValue), .input(files.descriptor)]
    if let socket = socket?.descriptor { subjects.append(.input(socket)) }
    defer { lastLook = .now }
    // Many changes in a row are one look.
    var pause: Int32 = 50
    var told: Set<Waiting.Subject> = []
    while Interruption.signal == nil {
      let left = end - .now
      if pause == 0, !told.isEmpty || left <= .zero { return try notices() }
      do throws(Errno) {
        // A signal may come just before the wait begins, hence its end.
        let short = Int32(max(1, min(500, left / .milliseconds(1))))
        told = try Waiting.wait(
          for: pause > 0 ? [reader] : subjects, milliseconds: pause > 0 ? pause : short)
      } catch { throw Failure(error, nil, "cannot wait for events") }
      if told.contains(reader) { return nil }
      pause = 0
    }
    return nil
  }

  /// What the kernel said by now.
  private mutating func notices() throws(Failure) -> [DeviceNotice] {
    var notices: [DeviceNotice] = []
    do throws(Errno) { try files.drain() } catch {
      throw Failure(error, nil, "cannot read which files changed")
    }
    while socket != nil {
      do throws(Errno) {
        guard let datagram = try socket?.next() else { break }
        notices.append(DeviceNotice(datagram))
      } catch .noBufferSpace { notices.append(.unreadable) } catch {
        throw Failure(error, nil, "cannot read the kernel's events")
      }
    }
    return notices
  }
}

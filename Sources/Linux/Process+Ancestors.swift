internal import CLinux
internal import SystemPackage

extension Process {
  /// The numbers of this process, of the one that started it, of the one that started that, and so
  /// on, as far as they can be seen.
  ///
  /// Source: proc_pid_status(5), `PPid`.
  static func ancestors() -> [Int32] {
    var processes = [getpid()]
    while let parent = parent(of: processes[processes.count - 1]), parent > 0,
      !processes.contains(parent)
    {
      processes.append(parent)
    }
    return processes
  }

  private static func parent(of process: Int32) -> Int32? {
    guard let text = try? SystemRoot().text(FilePath("proc/\(process)/status")) else { return nil }
    let line = text.split(separator: "\n").first { $0.hasPrefix("PPid:\t") }
    return line.flatMap { Int32($0.dropFirst("PPid:\t".count)) }
  }
}

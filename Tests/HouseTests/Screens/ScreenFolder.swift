internal import FoundationEssentials
internal import TestSupport

/// A folder with something to do for every verb: captured machines, an image with files, sources,
/// a saved map, and a manifest, under names that are the same in every run.
struct ScreenFolder {
  private let folder: TemporaryFolder

  /// Makes a folder of the caller's own, as a copy of the one that all tests of a run share.
  init() async throws {
    folder = try TemporaryFolder()
    try await Tool.require(
      "cp", ["-a", "--sparse=always", try await Self.original.value.path + "/.", folder.path])
  }

  private static let original = Task {
    let folder = try TemporaryFolder()
    for machine in try FileManager.default.contentsOfDirectory(atPath: machines) {
      try FileManager.default.createSymbolicLink(
        atPath: folder(machine), withDestinationPath: "\(machines)/\(machine)")
    }
    try FileManager.default.createSymbolicLink(
      atPath: folder("iopmem.program"), withDestinationPath: Project.binary)
    try folder.write([UInt8](repeating: 1, count: 5000), to: "small")
    try folder.write([UInt8](repeating: 2, count: 3 << 20), to: "large")
    try folder.write(
      """
      schema: iopmem.manifest/1
      filesystems:
        - on: {image: /proc/self/cwd/made.img, size: 64MiB, base: "0xc0000000"}
          type: ext4
          files:
            - {path: weights, source: /proc/self/cwd/large}
            - {path: index, source: /proc/self/cwd/small}
      """.utf8, to: "manifest.yaml")
    try await Tool.require(
      "sh",
      [
        "-euc",
        """
        cd "$1"; mkdir bin; mv iopmem.program bin/iopmem; PATH=$1/bin:$PATH
        iopmem mkfs -q --size 64M bar.img
        iopmem place -q --image bar.img small /file
        iopmem place -q --image bar.img large "/a name with spaces"
        iopmem fiemap --json --image bar.img --base 0xc0000000 /file >map.json
        """, "sh", folder.path,
      ])
    return folder
  }

  private static let machines = Project.folder + "/fixtures/sysroots"

  /// Shows a screen on a terminal of so many columns.
  /// - Returns: the command line, the lines of the terminal, and the exit status, with what differs
  ///   between runs replaced.
  func show(_ screen: Screen, columns: Int) async throws -> String {
    let tool = try await Tool.require(
      "/usr/bin/python3",
      ["-c", Self.terminal, folder.path, "\(columns)", screen.preparation, screen.command],
      environment: ["LC_ALL": screen.locale, "NO_COLOR": screen.hasColors ? "" : "1"])
    return "$ \(screen.command)\n" + Self.filtered(tool.text)
  }

  /// The one filter: UUIDs and fingerprints, and the escape character, which editors do not show.
  private static func filtered(_ text: String) -> String {
    text.replacing(
      /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/,
      with: "01234567-89ab-cdef-0123-456789abcdef"
    )
    .replacing(/\b1-[0-9a-f]{32}\b/, with: "1-" + String(repeating: "0123456789abcdef", count: 2))
    .replacing("\u{1B}", with: "^[")
  }

  private static let terminal = """
    import fcntl, os, pty, struct, subprocess, sys, termios
    folder, columns, preparation, command = sys.argv[1:]
    os.chdir(folder)
    os.environ["PATH"] = folder + "/bin:" + os.environ["PATH"]
    for name in "COLUMNS", "LINES", "SOURCE_DATE_EPOCH", "LOCK_BLOCK_DEVICE":
        os.environ.pop(name, None)
    subprocess.run(["sh", "-euc", preparation], check=True, stdin=subprocess.DEVNULL)
    child, terminal = pty.fork()
    if child == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("4H", 24, int(columns), 0, 0))
        os.execvp("sh", ["sh", "-c", "exec " + command])
    said = b""
    while True:
        try: part = os.read(terminal, 65536)
        except OSError: break
        if not part: break
        said += part
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    sys.stdout.buffer.write(said.replace(b"\\r\\n", b"\\n") + b"[exit %d]\\n" % status)
    """
}

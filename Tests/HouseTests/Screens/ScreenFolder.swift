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
    let machines = try await Self.machines.value
    for machine in try FileManager.default.contentsOfDirectory(atPath: machines.path) {
      try FileManager.default.createSymbolicLink(
        atPath: folder(machine), withDestinationPath: machines(machine))
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
        mkdir -p models/large; cp small models/index; cp small models/large.txt
        cp small models/large/b; cp large models/large/a
        iopmem mkfs -q --size 64M tree.img; iopmem place -q --image tree.img models /
        """, "sh", folder.path,
      ])
    return folder
  }

  /// The captured machines, with a list of names of their own: whatever this one has installed.
  private static let machines = Task {
    let folder = try TemporaryFolder()
    try await Tool.require(
      "sh",
      [
        "-euc",
        """
        for machine in "$1"/*/; do
          to=$2/$(basename "$machine"); cp -a "$machine" "$to"
          mkdir -p "$to/usr/share/misc"; printf '%s' "$3" >"$to/usr/share/misc/pci.ids"
        done
        """, "sh", Project.folder + "/fixtures/sysroots", folder.path, names,
      ])
    return folder
  }

  private static let names = """
    104c  Texas Instruments
    \t8232  XIO3130 PCI Express Switch (Upstream)
    \t8233  XIO3130 PCI Express Switch (Downstream)
    1af4  Red Hat, Inc.
    \t1110  Inter-VM shared memory
    1b36  Red Hat, Inc.
    \t000c  QEMU PCIe Root port
    \t0010  QEMU NVM Express Controller
    8086  Intel Corporation
    \t2020  Sky Lake-E DMI3 Registers
    \t2922  82801IR/IO/IH (ICH9R/DO/DH) 6 port SATA Controller [AHCI mode]
    \t29c0  82G33/G31/P35/P31 Express DRAM Controller

    """

  /// Shows a screen on a terminal of so many columns.
  /// - Returns: the command line, the lines of the terminal, and the exit status, with what differs
  ///   between runs replaced.
  func show(_ screen: Screen, columns: Int) async throws -> String {
    let terminal = [
      "/usr/bin/python3", "-c", Self.terminal, folder.path, "\(columns)",
      screen.mount.map(Self.mounting) ?? screen.preparation, screen.command,
    ]
    let tool = try await Tool.require(
      screen.mount == nil ? "env" : "unshare",
      (screen.mount == nil ? [] : ["-m", "--propagation", "private"]) + terminal,
      environment: ["LC_ALL": screen.locale, "NO_COLOR": screen.hasColors ? "" : "1"])
    return "$ \(screen.command)\n" + Self.filtered(tool.text)
  }

  /// Mounts through a loop device of three digits, so that lines are equally long; it goes when the last
  /// program that sees the mount ends.
  private static func mounting(_ options: String) -> String {
    """
    for n in $(seq 100 999); do
      losetup "/dev/loop$n" tree.img 2>/dev/null || continue
      mount -o \(options) "/dev/loop$n" /mnt; losetup -d "/dev/loop$n"
      ln -s "/dev/loop$n" device; exit 0
    done
    exit 1
    """
  }

  /// The one filter: loop devices, UUIDs and fingerprints, the escape character, which editors do not show,
  /// and how far a slow run was, which the terminal erases.
  private static func filtered(_ text: String) -> String {
    text.replacing(
      /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/,
      with: "01234567-89ab-cdef-0123-456789abcdef"
    )
    .replacing(/\/dev\/loop[0-9]{3}\b/, with: "/dev/loop100")
    .replacing(/\b1-[0-9a-f]{32}\b/, with: "1-" + String(repeating: "0123456789abcdef", count: 2))
    .replacing(/\r[^\r\n]*\x1B\[K/, with: "")
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

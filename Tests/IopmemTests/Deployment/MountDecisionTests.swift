import Linux
import SystemPackage
import Testing

@testable import Iopmem

@Suite struct MountDecisionTests {
  private let device = DeviceNumber(major: 259, minor: 1)

  /// The decision for `device` on `/mnt` by lines of `/proc/self/mountinfo`.
  private func decision(
    _ lines: [String], requiresDAX: Bool = true, flags: Set<Mounting.Flag> = []
  ) -> MountDecision {
    let mounts = Mount.all(Array(lines.joined(separator: "\n").utf8))
    #expect(mounts.count == lines.count)
    return MountDecision(mounts, of: device, on: "/mnt", requiresDAX: requiresDAX, flags: flags)
  }

  private static func line(_ number: String, _ point: String, _ options: String = "rw") -> String {
    "30 1 \(number) / \(point) rw - ext4 /dev/x \(options)"
  }

  @Test func whatIsMountedSoIsKept() {
    #expect(decision([Self.line("259:1", "/mnt", "rw,dax=always")]) == .keep)
    #expect(decision([Self.line("259:1", "/mnt")], requiresDAX: false) == .keep)
    #expect(
      decision([Self.line("8:1", "/mnt"), Self.line("259:1", "/mnt", "rw,dax=always")]) == .keep)
  }

  @Test func flagsMustBeThere() {
    let line = "30 1 259:1 / /mnt rw,noatime,nodev - ext4 /dev/x rw,dax=always"
    #expect(decision([line], flags: [.noatime, .nodev]) == .keep)
    #expect(
      decision([line], flags: [.noatime, .nosuid, .noexec])
        == .refuse(
          "is mounted there without noexec,nosuid",
          remedy: "mount -o remount,noexec,nosuid gives it that"))
  }

  @Test func whatIsNotMountedIsToBe() {
    #expect(decision([]) == .mount)
    #expect(decision([Self.line("8:1", "/"), Self.line("8:2", "/mnt/below")]) == .mount)
  }

  @Test(arguments: [
    ([line("259:1", "/mnt")], "without dax=always"),
    ([line("259:1", "/mnt", "rw,dax=inode")], "without dax=always"),
    ([line("259:1", "/other", "rw,dax=always")], "is mounted on /other, not on /mnt"),
    (["30 1 259:1 /sub /mnt rw - ext4 /dev/x rw,dax=always"], "has only its folder /sub"),
    ([line("8:1", "/mnt")], "another file system is mounted there"),
    (
      [line("259:1", "/mnt", "rw,dax=always"), line("8:1", "/mnt")],
      "another file system is mounted there"
    ),
  ])
  func whatIsMountedOtherwiseIsRefused(lines: [String], words: String) {
    guard case .refuse(let reason, _) = decision(lines) else {
      return #expect(Bool(false), "was not refused")
    }
    #expect(reason.contains(words), "\(reason)")
  }
}

import TestSupport
import Testing

/// `iopmem monitor` on real devices and files.
@Suite(.enabled(if: Project.isRoot, "needs root: loop devices"))
struct MonitorDeviceTests {
  /// Mounts, pins, layouts, and a device that goes and comes back under the same name.
  @Test(arguments: Volume.Kind.allCases)
  func asItHappens(_ kind: Volume.Kind) async throws {
    let volume = try await Volume(kind, size: "320M")
    let tool = try await Tool.run(
      "bash",
      [
        "-c",
        """
        set -eu
        cd "$1"; iopmem=$2 image=$3; mkdir -p mnt other
        dev=$(losetup --find --show "$image"); blockdev --setrw "$dev"
        trap 'chattr -i mnt/f; umount -q other mnt || :; losetup -d "$dev"' EXIT
        mount "$dev" mnt
        head -c 3000000 /dev/urandom >mnt/f; sync mnt/f
        "$iopmem" monitor --json --base 0x1000000000 --no-dax-check "$dev" "$PWD/mnt/f" >out & monitor=$!
        wait_for() {
          for ((i = 0; i < 600; i++)); do
            if grep -qF "\\"event\\":\\"$1\\"" out; then return; fi
            kill -0 $monitor || break
            sleep 0.05
          done
          echo "never came: $1" >&2
          cat out >&2
        }
        wait_for watching
        mount --bind mnt other; wait_for mounted
        umount other; wait_for unmounted
        chattr +i mnt/f; wait_for pinned
        chattr -i mnt/f; wait_for unpinned
        fallocate -p -o 1M -l 1M mnt/f; wait_for layout
        rm mnt/f; wait_for unmapped
        head -c 100000 /dev/urandom >mnt/f; sync mnt/f; wait_for mapped
        kill -TERM $monitor; wait $monitor
        cat out
        """, "bash", volume.folder.path, Project.binary, volume.image,
      ])
    #expect(tool.status == 0, "\(tool.text)\(tool.errors)")
    #expect(!tool.errors.contains("never came"), "\(tool.errors)")
    #expect(try await Schema.complaint(about: tool.output, verb: "monitor") == nil)
  }

  /// The kernel's own events: a loop device that is detached and attached between two looks, which are
  /// an hour apart, went and came back.
  @Test func theKernelTells() async throws {
    try await watched(
      """
      addpart "$dev" 1 2048 8192; wait_for 'p1: is there'
      delpart "$dev" 1; wait_for 'p1: is gone'
      """)
  }

  /// More events than there is room for, while the monitor stands still: that some are lost is told, and
  /// how things stand is looked at.
  @Test func lostEventsAreTold() async throws {
    try await watched(
      """
      kill -STOP $monitor
      for ((i = 0; i < 10000; i++)); do echo change; done >/sys/block/${dev#/dev/}/uevent
      addpart "$dev" 1 2048 8192
      kill -CONT $monitor
      wait_for 'events of the kernel were lost'
      wait_for 'p1: is there'
      """)
  }

  /// Runs commands of bash while a loop device, `$dev`, is watched that is looked at once an hour.
  private func watched(_ commands: String) async throws {
    let folder = try TemporaryFolder()
    try await Tool.require("truncate", ["-s", "16M", folder("image")])
    let tool = try await Tool.run(
      "bash",
      [
        "-c",
        """
        set -eu
        cd "$1"; iopmem=$2
        dev=$(losetup --find --show --partscan image)
        trap 'losetup -d "$dev"' EXIT
        blockdev --setrw "$dev"
        "$iopmem" monitor --interval 3600 "$dev" >out & monitor=$!
        wait_for() {
          for ((i = 0; i < 600; i++)); do
            if grep -q "$1" out; then return; fi
            kill -0 $monitor || break
            sleep 0.05
          done
          echo "never came: $1" >&2
          cat out >&2
        }
        wait_for 'is watched'
        \(commands)
        kill -TERM $monitor; wait $monitor
        cat out
        """, "bash", folder.path, Project.binary,
      ])
    #expect(tool.status == 0, "\(tool.text)\(tool.errors)")
    #expect(!tool.errors.contains("never came"), "\(tool.errors)")
  }
}

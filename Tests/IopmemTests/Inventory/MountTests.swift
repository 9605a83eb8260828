import Iopmem
import Linux
import SystemPackage
import Testing

@Suite struct MountTests {
  @Test func aLine() {
    let text = """
      36 35 98:0 / /mnt\\0402\\134 rw,noatime shared:1 master:2 - ext4 /dev/root rw,dax=always
      37 35 0:4 / /proc rw - proc proc rw

      """
    let mounts = Mount.all(text.utf8)
    #expect(mounts.count == 2)
    #expect(mounts.first?.device == DeviceNumber(major: 98, minor: 0))
    #expect(mounts.first?.point == "/mnt 2\\")
    #expect(mounts.first?.type == "ext4")
    #expect(mounts.first?.dax == "always")
    #expect(mounts.last?.dax == nil)
  }

  @Test(
    arguments: [
      ("rw,dax=inode,x", "inode"), ("dax=never", "never"), ("rw,dax", "always"), ("rw,daxx", nil),
    ] as [(String, String?)])
  func dax(_ options: String, _ mode: String?) {
    let line = "36 35 98:0 / /mnt rw - xfs /dev/x " + options
    #expect(Mount.all(line.utf8).first?.dax == mode)
  }

  @Test(arguments: [
    "", " ", "36", "36 35 98:0 / /mnt rw", "36 35 98:0 / /mnt rw -", "36 35 98:0 / /mnt rw - xfs x",
    "36 35 98 / /mnt rw - xfs x rw", "36 35 -1:0 / /mnt rw - xfs x rw", "- - - - - - - - - - -",
  ])
  func noMount(_ line: String) { #expect(Mount.all(line.utf8).isEmpty) }

  @Test func namesAreBytes() {
    let line = Array("36 35 98:0 / /m".utf8) + [0xFF] + Array("\\0\\999\\01 rw - xfs x rw".utf8)
    #expect(
      Mount.all(line).first?.point.bytes == Array("/m".utf8) + [0xFF] + Array("\\0\\999\\01".utf8))
  }
}

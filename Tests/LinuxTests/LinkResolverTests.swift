import Linux
import SystemPackage
import TestSupport
import Testing

@Suite struct LinkResolverTests {
  /// Each kind of link leads where realpath(3) says, whichever was resolved before it.
  @Test func leadsWhereRealPathLeads() async throws {
    let folder = try TestSupport.TemporaryFolder()
    try await Tool.require(
      "sh",
      [
        "-c",
        """
        cd "$1"
        mkdir -p machine/sys/bus/devices machine/sys/devices/root/one/two outside
        ln -s root machine/sys/devices/other
        cd machine/sys/bus/devices
        ln -s ../../devices/root/one one
        ln -s ../../devices/root/one/two two
        ln -s ../../devices/other/one through
        ln -s one chain
        ln -s ../../devices/root/missing missing
        ln -s ../../../../outside out
        ln -s /sys/devices/root/one absolute
        ln -s loop loop
        mkdir folder
        """, "sh", folder.path,
      ])
    let root = SystemRoot(FilePath(folder("machine")))
    let names = [
      "one", "two", "through", "chain", "missing", "out", "absolute", "loop", "folder", "none",
    ]
    for first in names {
      var links = LinkResolver(of: "sys/bus/devices", in: root)
      _ = try? links.resolved(first)
      for name in names {
        let expected = Result { () throws(Errno) in
          try root.resolved(FilePath("sys/bus/devices").appending(name))
        }
        let found = Result { () throws(Errno) in try links.resolved(name) }
        #expect(found == expected, "\(name) after \(first)")
      }
    }
    var links = LinkResolver(of: "sys/bus/devices", in: root)
    #expect(try links.resolved("through") == "sys/devices/root/one")
  }
}

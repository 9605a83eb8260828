import Linux
import SystemPackage
import TestSupport
import Testing

@testable import Iopmem

/// Who uses an image, by tables of the machine.
@Suite struct DeviceUseTests {
  private let machine: Sysroot
  private let folder: TestSupport.TemporaryFolder
  private let image: Status

  init() throws {
    machine = try Sysroot()
    folder = try TestSupport.TemporaryFolder()
    try machine.put("\n", at: "sys/block/loop0/size")
    let path = try folder.write([1], to: "an image")
    image = try Status(of: FilePath(path))
  }

  private func users() throws -> [String] {
    try DeviceUse(root: SystemRoot(FilePath(machine.path))).users(ofImage: image)
  }

  @Test func aKernelWithoutSwapSpaceHasNoTable() throws { #expect(try users() == []) }

  /// The kernel writes the white space of a name in octal digits: proc_swaps(5), `seq_file_path`.
  @Test func swapSpaceUnderANameWithASpace() throws {
    let name = folder("an image").replacing(" ", with: "\\040")
    try machine.put(
      "Filename\tType\tSize\tUsed\tPriority\n\(name)   file\t8\t0\t-2\n", at: "proc/swaps")
    #expect(try users() == ["swap space in use"])
  }

  @Test func aTableWithoutItsEndIsNoAnswer() throws {
    for text in ["", "Filename\tType\tSize\tUsed\tPriority\n/swap"] {
      try machine.put(text, at: "proc/swaps")
      #expect(throws: Errno.ioError) { try users() }
    }
  }

  @Test func aLoopDeviceOverAFileThatIsGoneIsNoUser() throws {
    try machine.put(folder("gone") + "\n", at: "sys/block/loop0/loop/backing_file")
    #expect(try users() == [])
  }

  /// A file in place of a folder is absent by sight, a name of its own kind too long to look up unseen.
  @Test func whatCannotBeLookedUpIsNotAbsent() throws {
    let root = SystemRoot(FilePath(machine.path))
    #expect(try !root.exists("sys/block/loop0/size/partition"))
    #expect(throws: Errno.fileNameTooLong) {
      try root.exists(FilePath("sys").appending(String(repeating: "x", count: 300)))
    }
  }
}

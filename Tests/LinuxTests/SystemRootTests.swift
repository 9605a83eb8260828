import Linux
import SystemPackage
import TestSupport
import Testing

@Suite struct SystemRootTests {
  /// What is not there, or has lost its device, is no answer; what cannot be read is an error.
  @Test func attributesThatVanish() async throws {
    let folder = try TestSupport.TemporaryFolder()
    let root = SystemRoot(FilePath(folder.path))
    try folder.write(Array("value\n".utf8), to: "there")
    try folder.write([], to: "empty")
    // To open a socket's file fails with ENXIO: unix(7), open(2).
    try await Tool.require(
      "python3",
      ["-c", "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])", folder("gone")])
    #expect(try root.attribute("there") == Array("value\n".utf8))
    #expect(try root.attribute("empty") == [])
    #expect(try root.attribute("missing") == nil)
    #expect(try root.attribute("gone") == nil)
    #expect(throws: Errno.isDirectory) { try root.attribute(".") }
  }

  @Test(
    arguments: [
      (Errno.noSuchFileOrDirectory, true), (.operationNotSupportedByDevice, true),
      (.noSuchAddressOrDevice, true), (.permissionDenied, false), (.ioError, false),
      (.notDirectory, false),
    ])
  func whatSaysVanished(_ error: Errno, _ vanished: Bool) {
    #expect(error.saysVanished == vanished)
  }
}

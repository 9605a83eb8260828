internal import Iopmem
internal import Linux
internal import PCI
internal import SystemPackage

/// The leases of one run: all are held, or none.
final class LeaseSet {
  private var leases: [Lease] = []

  /// Takes the lease of one more file.
  func take(
    _ path: FilePath, for client: FunctionAddress?, addressBits: UInt8
  ) throws(Failure) {
    leases.append(try Lease(of: path, for: client, addressBits: addressBits))
  }

  /// Writes the maps of all files; any failure is all's.
  func writeMap(_ renderer: any MapRenderer) throws(Failure) {
    var mapper = MountedFileMapper(windows: WindowSource(), request: MapRequest())
    var segments = SegmentList()
    try renderer.begin()
    for lease in leases {
      let map = try lease.map(&mapper, into: &segments)
      try renderer.write(map, segments)
    }
    try renderer.finish()
  }

  /// Lets the program that takes this process's place hold them.
  func keepOnExecution() throws(Failure) {
    for lease in leases { try lease.keepOnExecution() }
  }

  /// Waits for a signal, and looks meanwhile whether the leases still hold.
  /// - Throws: `failed` when one was revoked.
  func holdUntilInterrupted() throws(Failure) {
    while Interruption.signal == nil {
      for lease in leases { try lease.confirm() }
      Process.pause(milliseconds: 1000)
    }
  }
}

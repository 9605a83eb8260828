internal import Iopmem
internal import Linux
internal import SystemPackage

/// The leases of one run: all are held, or none.
struct LeaseSet {
  private let leases: [Lease]

  /// Takes the leases of all files.
  init(of files: [FilePath], for client: Client?) throws(Failure) {
    var mapper = MountedFileMapper(windows: WindowSource(), request: MapRequest())
    var leases: [Lease] = []
    for file in files { leases.append(try Lease(of: file, for: client, by: &mapper)) }
    self.leases = leases
  }

  /// Writes the maps of all files, or of none.
  func writeMap(_ writer: MapWriter) throws(Failure) {
    var pages: [any MapPage] = []
    for lease in leases { pages.append(try writer.page(of: lease.map, lease.segments)) }
    try writer.begin()
    for (page, lease) in zip(pages, leases) { try writer.write(page, lease.segments) }
    try writer.finish()
  }

  /// Puts a program in this one's place, to which the leases pass.
  /// - Throws: `failed`; otherwise there is nothing left to come back to.
  func execute(_ command: [FilePath]) throws(Failure) {
    for lease in leases { try lease.keepOnExecution() }
    // Else they would end with their last mention, before the program begins.
    let cause = withExtendedLifetime(leases) { Process.execute(command) }
    throw Failure(cause, command.first, "cannot run")
  }

  /// Waits for a signal.
  /// - Throws: `failed` as soon as a lease is revoked.
  func holdUntilInterrupted() throws(Failure) {
    let descriptors = leases.map(\.descriptor)
    while Interruption.signal == nil {
      let revoked: Int?
      do {
        // A signal may come just before the wait begins, hence its end.
        revoked = try HangUp.wait(for: descriptors, milliseconds: 500)
      } catch { throw Failure(error, nil, "cannot watch the leases") }
      if let revoked { throw leases[revoked].revocation }
    }
  }
}

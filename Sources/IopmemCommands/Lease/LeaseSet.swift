internal import Iopmem
internal import Linux
internal import SystemPackage

/// The leases of one run: all are held, or none.
struct LeaseSet {
  private let leases: [LeasedFile]
  private let form: MapForm
  /// What is written of each, which was found fit for it before anything was written.
  private let pages: [MapPage]

  /// Takes the leases of all files.
  init(of files: [FilePath], for client: Client?, in form: MapForm) throws(Failure) {
    var mapper = MountedFileMapper(windows: WindowSource(), request: MapRequest())
    var leases: [LeasedFile] = []
    var pages: [MapPage] = []
    for file in files {
      let lease = try LeasedFile(of: file, for: client, by: &mapper)
      pages.append(try form.page(of: lease.map, lease.segments))
      leases.append(lease)
    }
    self.leases = leases
    self.form = form
    self.pages = pages
  }

  /// Writes the maps of all files.
  func writeMap(to stream: consuming MapStream) throws(Failure) {
    let writer = MapWriter(form, to: stream)
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

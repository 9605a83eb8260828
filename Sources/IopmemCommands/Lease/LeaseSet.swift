internal import Iopmem
internal import Linux
internal import SystemPackage

/// The leases of one run: all are held, or none.
struct LeaseSet {
  private let leases: [LeasedFile]
  /// The format of the maps.
  let format: MapFormat
  /// What encodes the map of each, which was found fit for it before anything was written.
  private let encoders: [any MapEncoder]

  /// Takes the leases of all files.
  init(of files: [FilePath], for client: Client?, in format: MapFormat) throws(Failure) {
    var mapper = MountedFileMapper(windows: WindowSource(), request: MapRequest())
    var leases: [LeasedFile] = []
    var encoders: [any MapEncoder] = []
    for file in files {
      let lease = try LeasedFile(of: file, for: client, by: &mapper)
      encoders.append(try format.encoder(of: lease.map, lease.segments))
      leases.append(lease)
    }
    self.leases = leases
    self.format = format
    self.encoders = encoders
  }

  /// Writes the maps of all files.
  /// - Parameter writer: takes them, made for the format.
  func writeMap(to writer: consuming MapWriter) throws(Failure) {
    var writer = writer
    try writer.begin()
    for (encoder, lease) in zip(encoders, leases) { try writer.write(encoder, lease.segments) }
    try writer.finish()
  }

  /// Replaces this program by another, which inherits the leases.
  /// - Throws: `failed`; it returns in no other case.
  func execute(_ command: [FilePath]) throws(Failure) {
    for lease in leases { try lease.keepOnExecution() }
    // Else they would end with their last mention, before the program begins.
    let cause = withExtendedLifetime(leases) { Process.execute(command) }
    throw Failure(cause, command.first, "cannot run")
  }

  /// Holds the leases until a signal comes.
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

internal import ArgumentParser
internal import Iopmem
internal import Linux
internal import SystemPackage

/// The one JSON object of a verb, on standard output, which ends with what went wrong.
enum JSONDocument {
  /// Writes a document.
  /// - Parameters:
  ///   - schema: its name and version.
  ///   - members: writes what stands between the schema and the errors.
  static func write(
    _ schema: String, _ failures: [Failure],
    _ members: (inout JSONWriter) throws(Errno) -> Void
  ) throws(Failure) {
    try toStandardOutput { () throws(Errno) in
      var writer = JSONWriter(Output.standard())
      try writer.beginObject()
      try writer.member("schema", schema)
      try members(&writer)
      try writer.errors(failures)
      try writer.endObject()
      try writer.finish()
    }
  }
}

/// Does what a verb does, and answers programs however that ends.
/// - Parameters:
///   - isJSON: whether a document was asked for; else a failure is thrown as it is.
///   - done: what is done once the work is, see `telling`.
///   - document: writes it: of a result, or of a failure.
/// - Throws: `ExitCode` for a failure that is told by then.
func answering<Result>(
  _ isJSON: Bool, done: String? = nil, _ work: () throws(Failure) -> Result,
  document: (Result?, [Failure]) throws(Failure) -> Void
) throws -> Result {
  let result: Result
  do throws(Failure) { result = try work() } catch {
    guard isJSON else { throw error }
    throw told(error) { () throws(Failure) in try document(nil, [error]) }
  }
  if isJSON { try telling(done) { () throws(Failure) in try document(result, []) } }
  return result
}

/// Tells a failure to people, and to programs by a document.
/// - Returns: the status to end with.
func told(_ failure: Failure, document: () throws(Failure) -> Void) -> ExitCode {
  var tally = Tally()
  tally.report(failure)
  tally.attempt(document)
  return tally.status
}

extension JSONRenderer where Sink: ~Copyable {
  /// Writes what went wrong as a member `errors`: an array, empty where all is well.
  mutating func errors(_ failures: [Failure]) throws(Sink.Failure) {
    try write(failures, as: "errors")
  }

  /// Writes failures, or warnings, as a member with an array.
  mutating func write(_ failures: [Failure], as key: StaticString) throws(Sink.Failure) {
    try self.key(key)
    try beginArray()
    for failure in failures {
      try beginObject()
      try members(of: failure)
      try endObject()
    }
    try endArray()
  }

  /// Writes what went wrong as members of an object.
  mutating func members(of failure: Failure) throws(Sink.Failure) {
    try member("code", failure.name)
    try member("status", failure.code.exitStatus)
    try name("subject", "subject_hex", failure.subject)
    try member("message", failure.reasonAndCause)
    try member("remedy", failure.remedy)
  }
}

extension Failure {
  /// What is wrong, and what the kernel said.
  var reasonAndCause: String { reason + (cause.map { ": \($0)" } ?? "") }

  /// Whether a verb that ended with it changed anything: what was refused did not; what failed may
  /// have on the way, which is nil.
  var isChange: Bool? { code == .failed ? nil : false }
}

internal import ArgumentParser
internal import Iopmem

/// Writes maps in one form, a file after the other.
final class MapWriter {
  private var stream: MapStream
  private let form: MapForm
  private var isFirst = true

  /// A writer.
  init(_ form: MapForm, to stream: consuming MapStream) {
    self.form = form
    self.stream = stream
  }

  /// A writer to whom the user's output goes.
  /// - Throws: a mistake of usage where a form that is not text would go to a terminal.
  convenience init(_ form: MapForm, toReaderOf stream: consuming MapStream) throws {
    guard form.isText || !stream.isTerminal else {
      throw ValidationError("This form is not for a terminal: send it to a file or a program.")
    }
    self.init(form, to: stream)
  }

  /// Writes what comes before the first file.
  func begin() throws(Failure) { try append(form.listing?.opening) }

  /// Judges a file, and writes nothing.
  /// - Throws: why nothing may be written of it.
  func page(
    of map: FileMap, _ segments: borrowing SegmentList
  ) throws(Failure) -> any MapPage {
    try form.page(of: map, segments)
  }

  /// Writes a file.
  /// - Parameter segments: those that it was judged with.
  /// - Throws: `failed` when the stream does not take it, or the segments cannot be read back.
  func write(_ page: any MapPage, _ segments: borrowing SegmentList) throws(Failure) {
    if !isFirst { try append(form.listing?.separator) }
    isFirst = false
    try page.write(segments, to: &stream)
  }

  /// Writes what comes after the last file, and all that has gathered.
  func finish() throws(Failure) {
    try append(form.listing?.closing)
    try stream.flush()
  }

  private func append(_ text: StaticString?) throws(Failure) {
    if let text { try stream.append { $0.append(text) } }
  }
}

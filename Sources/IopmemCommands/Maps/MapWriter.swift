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

  /// Writes what comes before the first file.
  func begin() throws(Failure) { try append(form.listing?.opening) }

  /// Writes a file.
  /// - Parameter segments: those that it was judged with.
  /// - Throws: `failed` when the stream does not take it, or the segments cannot be read back.
  func write(_ page: MapPage, _ segments: borrowing SegmentList) throws(Failure) {
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

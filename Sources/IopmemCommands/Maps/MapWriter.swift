internal import Iopmem
internal import Linux
internal import SystemPackage

/// Writes maps in one format, one file after the other.
struct MapWriter: ~Copyable {
  private var output: Output
  private let destination: String
  /// How many columns a line has; nil where lines may have any length.
  let columns: Int?
  private let text: (any TextMapEncoder.Type)?
  private var isFirst = true

  /// Makes a writer.
  /// - Parameters:
  ///   - destination: what a person calls the place that the maps go to.
  ///   - columns: how many a line has there; nil where lines may have any length.
  init(
    _ format: MapFormat, to output: consuming Output, named destination: String,
    columns: Int? = nil
  ) {
    self.output = output
    self.destination = destination
    self.columns = columns
    text = format.text
  }

  /// Makes a writer to standard output.
  static func standard(_ format: MapFormat) -> MapWriter {
    MapWriter(
      format, to: .standard(), named: "standard output", columns: Terminal.standardOutput.columns)
  }

  /// Makes a writer that gathers maps for another one, which writes what stands around them.
  static func memory(_ format: MapFormat, columns: Int?) -> MapWriter {
    MapWriter(format, to: .memory(), named: "memory", columns: columns)
  }

  /// The maps that have gathered.
  var gathered: [UInt8] { output.gathered }

  /// Forgets what has gathered.
  mutating func discard() { output.discard() }

  /// Writes what comes before the first file.
  mutating func begin() throws(Failure) { try append(text?.opening) }

  /// Writes a file.
  /// - Parameter segments: those that the encoder was made with.
  /// - Throws: `failed` when the output does not take it, or the segments cannot be read back.
  mutating func write(
    _ encoder: any MapEncoder, _ segments: borrowing SegmentList
  ) throws(Failure) {
    try separate()
    try encoder.encode(segments, to: &self)
  }

  /// Writes a file that another writer has gathered.
  mutating func write(gathered map: ArraySlice<UInt8>) throws(Failure) {
    try separate()
    try append { $0.append(contentsOf: map) }
  }

  private mutating func separate() throws(Failure) {
    if !isFirst { try append(text?.separator) }
    isFirst = false
  }

  /// Writes what stands in the place of a file that has no map.
  mutating func write(refused cause: Failure) throws(Failure) {
    guard let entry = text?.refusal(cause), !entry.isEmpty else { return }
    try append { $0.append(contentsOf: entry) }
  }

  /// Writes what comes after the last file, and all that has gathered.
  /// - Parameter failures: why other files have no map.
  mutating func finish(_ failures: [Failure] = []) throws(Failure) {
    if let end = text?.closing(failures) { try append { $0.append(contentsOf: end) } }
    do { try output.flush() } catch { throw failure(error) }
  }

  /// Lets an encoder append to what has gathered, and writes when it is enough.
  mutating func append(_ encode: (inout [UInt8]) -> Void) throws(Failure) {
    do { try output.append(encode) } catch { throw failure(error) }
  }

  private mutating func append(_ text: StaticString?) throws(Failure) {
    if let text { try append { $0.append(text) } }
  }

  private func failure(_ cause: Errno) -> Failure {
    Failure(cause, nil, "cannot write \(destination)")
  }
}

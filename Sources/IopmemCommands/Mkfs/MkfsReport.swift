internal import Iopmem
internal import Linux
internal import SystemPackage

/// Prints what `iopmem mkfs` made, or would make.
struct MkfsReport {
  let isJSON: Bool
  let isQuiet: Bool
  /// Whether people are told sizes in bytes.
  var isExact = false

  /// Prints the command of a dry run.
  func write(planned command: ToolCommand, for request: FormatRequest) throws(Failure) {
    if isJSON {
      return try writeJSON(
        Document(
          device: request.device, type: request.type, isDryRun: true, isChange: true,
          command: command))
    }
    // The command is what was asked for, so --quiet does not silence it.
    try writeText(command.line + "\n")
  }

  /// Prints what is there and was, or would be, left alone.
  func write(_ kept: KeptFileSystem, isDryRun: Bool) throws(Failure) {
    if isJSON {
      return try writeJSON(
        Document(
          device: kept.device, imageOffset: kept.imageOffset, type: kept.type, isDryRun: isDryRun,
          isChange: false,
          uuid: kept.uuid, label: kept.label, length: kept.length, blockSize: kept.blockSize))
    }
    if isQuiet { return }
    try writeText(
      """
      device  \(QuotedName(kept.device).text)\(Self.place(kept.imageOffset))
      type    \(kept.type.rawValue)
      UUID    \(QuotedName.oneLine(kept.uuid ?? "none"))
      label   \(kept.label.map { QuotedName($0).text } ?? "none")
      length  \(size(kept.length))
      kept    it is as asked for; nothing is written

      """)
  }

  /// Prints why nothing was made, to programs.
  /// - Parameter hasBegun: whether the tool was run, so that the device may be half written.
  func write(
    _ failure: Failure, of request: FormatRequest, isDryRun: Bool, hasBegun: Bool
  ) throws(Failure) {
    guard isJSON else { return }
    try writeJSON(
      Document(
        device: request.device, type: request.type, isDryRun: isDryRun,
        isChange: hasBegun ? nil : false, failures: [failure]))
  }

  /// Prints what was made.
  func write(_ made: MadeFileSystem) throws(Failure) {
    if isJSON {
      return try writeJSON(
        Document(
          device: made.device, imageOffset: made.imageOffset, type: made.type, isDryRun: false,
          isChange: true,
          command: made.command, uuid: made.uuid.description, label: made.label,
          length: made.length, blockSize: made.blockSize, runs: made.runs,
          verified: made.verified))
    }
    if isQuiet { return }
    let label = made.label.map { QuotedName($0).text } ?? "none"
    let verified = WrappedText(columns: Terminal.standardOutput.columns, indent: 24)
      .text(of: made.verified.enumerated().map { ($0 == 0 ? Self.verified : "") + $1 }, by: "; ")
    try writeText(
      """
      device                  \(QuotedName(made.device).text)\(Self.place(made.imageOffset))
      type                    \(made.type.rawValue)
      UUID                    \(made.uuid)
      label                   \(label)
      length                  \(size(made.length))
      largest free run        \(describe(made.runs.any, of: made.length))
      from an aligned place   \(describe(made.runs.aligned, of: made.length))
      alignment               \(size(made.runs.alignment))
      \(verified)

      """)
  }

  private static func place(_ offset: UInt64) -> String {
    offset == 0 ? "" : ", from byte \(offset) on"
  }

  private func writeText(_ text: String) throws(Failure) {
    try toStandardOutput { () throws(Errno) in
      var output = Output.standard()
      try output.write(text)
      try output.flush()
    }
  }

  private static let verified = "verified                "

  private func size(_ count: ByteCount) -> String {
    isExact ? "\(count.rawValue) bytes" : BinaryUnits.rounded(count)
  }

  private func describe(_ run: LargestRuns.Run?, of length: ByteCount) -> String {
    guard let run else { return "none" }
    return "\(size(run.length)), \(Self.percent(run.length, of: length)) % of the device,"
      + " at byte \(run.start.rawValue)"
  }

  /// Makes a percentage of two decimals, rounded down so that it claims no more than there is.
  static func percent(_ part: ByteCount, of whole: ByteCount) -> String {
    guard part <= whole, whole > .zero else { return "0.00" }
    let product = part.rawValue.multipliedFullWidth(by: 10_000)
    let hundredths = whole.rawValue.dividingFullWidth(product).quotient
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
  }
}

extension MkfsReport {
  /// What JSON says.
  private struct Document {
    var device: FilePath
    /// Nil where it was not found out.
    var imageOffset: UInt64?
    var type: FormatRequest.FileSystemType
    var isDryRun: Bool
    var isChange: Bool?
    var command: ToolCommand?
    var uuid: String?
    var label: [UInt8]?
    var length: ByteCount?
    var blockSize: ByteCount?
    var runs: LargestRuns?
    var verified: [String] = []
    var failures: [Failure] = []
  }

  private func writeJSON(_ document: Document) throws(Failure) {
    try JSONDocument.write("iopmem.mkfs/1", document.failures) { (writer) throws(Errno) in
      try writer.name("path", "path_hex", document.device)
      try writer.member("image_offset", document.imageOffset)
      try writer.member("type", document.type.rawValue)
      try writer.member("dry_run", document.isDryRun)
      try writer.member("changed", document.isChange)
      try writer.member("command", document.command?.line)
      try writer.member("uuid", document.uuid)
      try writer.name("label", "label_hex", bytes: document.label)
      try writer.member("size", document.length?.rawValue)
      try writer.member("block_size", document.blockSize?.rawValue)
      try writer.member("alignment", document.runs?.alignment.rawValue)
      try writer.key("largest_run")
      try write(document.runs?.any, to: &writer)
      try writer.key("largest_aligned_run")
      try write(document.runs?.aligned, to: &writer)
      try writer.member("verified", document.verified)
    }
  }

  private func write(_ run: LargestRuns.Run?, to writer: inout JSONWriter) throws(Errno) {
    guard let run else { return try writer.value(nil as String?) }
    try writer.beginObject()
    try writer.member("offset", run.start.rawValue)
    try writer.member("length", run.length.rawValue)
    try writer.endObject()
  }
}

extension ToolCommand {
  /// The command as a shell takes it.
  var line: String {
    let variables = environment.map { "\($0.name)=\(ShellQuoted(Array($0.value.utf8)).text)" }
    let command = ShellQuoted.line([Array(program.utf8)] + arguments)
    return (variables + [command]).joined(separator: " ")
  }
}

internal import Iopmem
internal import Linux
internal import SystemPackage

/// Prints what `iopmem mkfs` made, or would make.
struct MkfsReport {
  let isJSON: Bool
  let isQuiet: Bool

  /// Prints the command of a dry run.
  func write(planned command: ToolCommand, for request: FormatRequest) throws(Failure) {
    if isJSON { return try writeJSON(request.device, request.type, command, nil) }
    // The command is what was asked for, so --quiet does not silence it.
    try writeText(command.line + "\n")
  }

  /// Prints what was made.
  func write(_ made: MadeFileSystem) throws(Failure) {
    if isJSON { return try writeJSON(made.device, made.type, made.command, made) }
    if isQuiet { return }
    let label = made.label.map { QuotedName($0).text } ?? "none"
    try writeText(
      """
      device                  \(QuotedName(made.device).text)
      type                    \(made.type.rawValue)
      UUID                    \(made.uuid)
      label                   \(label)
      length                  \(made.length.rawValue) bytes
      largest contiguous run  \(Self.describe(made.runs.any, of: made.length))
      from an aligned place   \(Self.describe(made.runs.aligned, of: made.length))
      alignment               \(made.runs.alignment.rawValue) bytes
      verified                \(made.verified.joined(separator: "; "))

      """)
  }

  private func writeText(_ text: String) throws(Failure) {
    try toStandardOutput { () throws(Errno) in
      var output = Output.standard()
      try output.write(text)
      try output.flush()
    }
  }

  private static func describe(_ run: LargestRuns.Run?, of length: ByteCount) -> String {
    guard let run else { return "none" }
    return "\(run.length.rawValue) bytes, \(percent(run.length, of: length)) % of the device,"
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
  private func writeJSON(
    _ device: FilePath, _ type: FormatRequest.FileSystemType, _ command: ToolCommand,
    _ made: MadeFileSystem?
  ) throws(Failure) {
    try toStandardOutput { () throws(Errno) in
      var writer = JSONWriter(Output.standard())
      try writer.beginObject()
      try writer.member("schema", "iopmem.mkfs/1")
      try writer.name("path", "path_hex", device)
      try writer.member("type", type.rawValue)
      try writer.member("dry_run", made == nil)
      try writer.member("command", command.line)
      try writer.member("uuid", made?.uuid.description)
      try writer.name("label", "label_hex", bytes: made?.label)
      try writer.member("size", made?.length.rawValue)
      try writer.member("block_size", made?.blockSize.rawValue)
      try writer.member("alignment", made?.runs.alignment.rawValue)
      try writer.key("largest_run")
      try write(made?.runs.any, to: &writer)
      try writer.key("largest_aligned_run")
      try write(made?.runs.aligned, to: &writer)
      try writer.member("verified", made?.verified ?? [])
      try writer.endObject()
      try writer.finish()
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

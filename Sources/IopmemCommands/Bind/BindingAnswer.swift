internal import Iopmem
internal import Linux
internal import PCI
internal import SystemPackage

/// What `iopmem bind` and `iopmem unbind` tell programs.
struct BindingAnswer {
  /// What was done, or would be.
  struct Done {
    let plan: BindingPlan
    /// The block device that the function has now.
    let device: FilePath?
  }

  let function: FunctionAddress
  let isDryRun: Bool
  /// Nil where it failed.
  let done: Done?

  /// Writes the answer.
  func writeJSON(_ schema: String, _ failures: [Failure]) throws(Failure) {
    try JSONDocument.write(schema, failures) { (writer) throws(Errno) in
      try writer.member("function", function.description)
      try writer.member("dry_run", isDryRun)
      try writer.member("changed", failures.first.map(\.isChange) ?? (done?.plan.isEmpty == false))
      try writer.name("device", "device_hex", done?.device)
      try writer.key("steps")
      try writer.beginArray()
      for step in done.map({ $0.plan.steps + $0.plan.restoration }) ?? [] {
        try writer.beginObject()
        try writer.name("file", "file_hex", FilePath("/").appending(step.file.components))
        try writer.member("value", step.value)
        try writer.endObject()
      }
      try writer.endArray()
    }
  }
}

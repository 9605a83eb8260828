internal import Iopmem
internal import Linux
internal import SystemPackage

extension BindingPlan {
  /// Prints the plan as a shell would carry it out.
  func print() throws(Failure) {
    for step in steps + restoration {
      let file = FilePath("/").appending(step.file.components)
      try Line.print(
        "echo \(ShellQuoted(Array(step.value.utf8)).text) > \(ShellQuoted(file.bytes).text)")
    }
  }
}

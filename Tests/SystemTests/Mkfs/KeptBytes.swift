import TestSupport

/// Runs `iopmem mkfs` and answers how it ended, and whether it left every byte as it was.
func mkfsKeepingBytes(_ arguments: [String], of path: String) async throws -> Tool {
  let before = try await digest(of: path)
  let result = try await Tool.iopmem(["mkfs"] + arguments)
  let after = try await digest(of: path)
  guard before == after else { throw BytesChanged(result: result) }
  return result
}

/// A run that was to change nothing, and did.
struct BytesChanged: Error {
  let result: Tool
}

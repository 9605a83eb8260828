internal import Iopmem
internal import Linux
internal import SystemPackage

/// Where maps go, which says of a failed write where it should have gone.
struct MapStream: ~Copyable {
  private var output: Output
  private let name: String

  /// A stream.
  /// - Parameter name: what a person calls it.
  init(_ output: consuming Output, named name: String) {
    self.output = output
    self.name = name
  }

  /// Standard output.
  static func standard() -> MapStream { MapStream(.standard(), named: "standard output") }

  /// Lets a renderer append to what has gathered, and writes when it is enough.
  mutating func append(_ render: (inout [UInt8]) -> Void) throws(Failure) {
    do { try output.append(render) } catch { throw failure(error) }
  }

  /// Writes what has gathered.
  mutating func flush() throws(Failure) {
    do { try output.flush() } catch { throw failure(error) }
  }

  private func failure(_ cause: Errno) -> Failure { Failure(cause, nil, "cannot write \(name)") }
}

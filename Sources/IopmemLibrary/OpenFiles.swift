internal import Iopmem
internal import Linux

/// The files that the process has open, by their handles.
///
/// A handle is a number that C sees as a pointer, and is given out once. It is looked up and never
/// followed, so that a closed or invented one is detected; and what one thread closes lives on
/// until no other uses it.
enum OpenFiles {
  private struct Table {
    var files: [UInt: MapHandle] = [:]
    var last: UInt = 0
  }

  private static let table = ForkSafeRWLock(Table())

  /// Adds a file; returns its handle, which is never 0, since that is NULL.
  static func add(_ file: MapHandle) -> UInt {
    table.write { table in
      table.last += 1
      table.files[table.last] = file
      return table.last
    }
  }

  /// The file of a handle.
  /// - Throws: `misuse` when there is none.
  static subscript(_ handle: UInt) -> MapHandle {
    get throws(Failure) {
      guard let file = table.read({ $0.files[handle] }) else { throw closed }
      return file
    }
  }

  /// Forgets a file; it closes itself when the last call that uses it ends.
  /// - Throws: `misuse` when there is none.
  static func remove(_ handle: UInt) throws(Failure) {
    // The file outlives the lock: to close it takes calls of the kernel.
    let file = table.write { $0.files.removeValue(forKey: handle) }
    if file == nil { throw closed }
  }

  private static var closed: Failure { .misuse("the file is NULL, or closed, or never was open") }
}

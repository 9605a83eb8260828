internal import Linux
internal import SystemPackage

extension Descriptor {
  /// Opens a file that is to be copied, with no link followed, nor a FIFO waited for. From then on
  /// its times tell of every change, of stores through mappings too, but on tmpfs.
  static func source(_ path: FilePath) throws(Failure) -> Descriptor {
    let file = try explain(path, "cannot open") { () throws(Errno) in
      try Descriptor(path, .readOnly, options: [.noFollow, .nonBlocking])
    }
    try explain(path, "cannot be written back") { () throws(Errno) in try file.writeBackPages() }
    return file
  }
}

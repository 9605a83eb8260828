internal import Ext4
internal import Linux
internal import Signature
internal import SystemPackage

extension FileSystem {
  /// Where the superblock ends.
  private static let shortest = 2048

  /// Opens an unmounted file system.
  /// - Parameters:
  ///   - link: what is opened in the image's stead, where the image is open already.
  ///   - offset: where in the image it begins.
  /// - Throws: `Failure`; where it is none of ext2, ext3 and ext4, with what it is instead.
  static func open(
    _ image: FilePath, through link: FilePath? = nil, at offset: UInt64 = 0,
    _ access: FileSystem.Access = .readOnly
  ) throws(Failure) -> FileSystem {
    let name = link ?? image
    do throws(Ext4Error) { return try FileSystem(name, at: offset, access) } catch {
      if error.isCutOff, let status = try? Status(of: name, followingLinks: true),
        status.kind == .regular, status.size < Self.shortest
      {
        throw Failure(
          .refused, image, "holds no file system: it has \(status.size) bytes"
        ).named(.noFileSystem)
      }
      guard error.isOtherContent else { throw Failure(reading: error, image) }
      throw try otherContent(image, name, offset)
    }
  }
}

/// Says what an image holds that is no ext2, ext3 or ext4.
private func otherContent(
  _ image: FilePath, _ name: FilePath, _ offset: UInt64
) throws(Failure) -> Failure {
  let content = try explain(image, "cannot read") { () throws(Errno) in
    var probe = try SignatureProbe()
    return try probe.content(
      of: Descriptor(name, .readOnly, options: .nonBlocking), offset: offset)
  }
  let only = "only ext2, ext3 and ext4 are read unmounted"
  switch content {
  case .found(let signature) where signature.kind == .filesystem:
    return Failure(
      .refused, image, "holds \(signature.type), and \(only)",
      remedy: "mount it, and name its mounted files")
  case .found(let signature):
    return Failure(
      .refused, image, "holds a \(signature.kind.rawValue), \(signature.type); \(only)")
  case .ambivalent:
    return Failure(.refused, image, "holds the marks of several things; \(only)")
  case .unrecognised:
    return Failure(.refused, image, "holds no file system that is known; \(only)")
  }
}

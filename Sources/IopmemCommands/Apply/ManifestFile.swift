internal import Iopmem
internal import Linux
internal import SystemPackage
internal import YAML

/// The file of a manifest.
struct ManifestFile {
  private let path: FilePath
  private let bytes: [UInt8]
  private let status: Status

  /// No manifest is longer: some hundred thousand files.
  private static let limit = 16 << 20

  /// Reads the file; `-` is standard input.
  init(_ path: FilePath) throws(Failure) {
    self.path = path
    do throws(Errno) {
      let file =
        try path == "-"
        ? Descriptor.standardInput() : Descriptor(path, .readOnly, options: .nonBlocking)
      status = try file.status()
      bytes = try file.readToEnd(limit: Self.limit, waits: true)
    } catch .fileTooLarge {
      throw Failure(.failed, path, "is longer than a manifest may be: \(Self.limit) bytes")
    } catch { throw .opening(path, error, "cannot read the manifest") }
    guard ![.fifo, .blockDevice].contains(status.kind) || !bytes.isEmpty else {
      throw Failure(.failed, path, "is \(status.kind.noun), and nobody wrote a manifest to it")
    }
  }

  /// What it declares.
  /// - Throws: `misuse` with line, column and field of each mistake.
  func deployment() throws(ManifestFailures) -> Deployment {
    do throws(ManifestRefusal) {
      var deployment = try ManifestReader.deployment(
        bytes, of: path.isAbsolute ? path.lexicallyNormalized() : nil)
      deployment.manifest = status
      return deployment
    } catch {
      throw ManifestFailures(all: error.all.map { Failure(.misuse, path, $0.sentence) })
    }
  }
}

/// Why a manifest declares nothing: one or more.
struct ManifestFailures: Error {
  let all: [Failure]
}

internal import Iopmem
internal import SystemPackage

/// The places on the machine that a manifest declares for something that is not written, by their
/// names.
struct DeclaredPlaces {
  private var places: [FilePath: String] = [:]
  private var folders: [(path: FilePath, what: String)] = []

  /// - Parameter manifest: where that lies; nil if it is not known.
  init(_ fileSystems: [DeployedFileSystem], manifest: FilePath?) {
    if let manifest { places[manifest] = "is the manifest" }
    for fileSystem in fileSystems {
      if case .path(let device) = fileSystem.device { places[device] = "is a declared device" }
      if fileSystem.image == nil {
        folders.append((fileSystem.mountPoint, "lies in a declared mount point"))
      }
      for file in fileSystem.files {
        if case .copy(let source) = file.content { places[source] = "is a declared source" }
      }
      for tree in fileSystem.trees {
        if case .copy(let source) = tree.content {
          folders.append((source, "lies in the source of a declared tree"))
        }
      }
    }
  }

  /// Says why no map or image is written to a path; nil if none of these is there.
  func problem(ofOutput path: FilePath) -> String? {
    places[path] ?? folders.first { path.starts(with: $0.path) }?.what
  }
}

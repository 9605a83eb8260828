internal import Iopmem
internal import SystemPackage

/// The maps of a saved document, and the image that they are of.
struct SavedMaps {
  /// The maps, in the order of the document.
  var maps: [SavedMap] = []
  /// The image of an unmounted file system, or nil for mounted files.
  var image: ImageName?
  /// The doubts about the image that were passed.
  var doubts: Set<ImageFileMapper.Doubt> = []

  /// Reads the maps of a document, none of whose values is trusted.
  /// - Throws: `unknown` for a document that contradicts itself.
  init(at path: FilePath) throws(Failure) {
    let document = try SavedMapDocument(at: path)
    if document.files.isEmpty { throw Failure(.unknown, path, "holds no file's map") }
    for (index, file) in document.files.enumerated() {
      do throws(SavedMapError) {
        let image = file.dax == nil ? try file.image : nil
        let doubts = Set(file.overrides.compactMap { ImageFileMapper.Doubt(rawValue: $0) })
        if index > 0 && (image != self.image || doubts != self.doubts) {
          throw SavedMapError("another image than the first, or other overrides of its")
        }
        self.image = image
        self.doubts = doubts
        maps.append(try file.map)
      } catch {
        throw Failure(.unknown, path, "is no map: files.\(index) has \(error.what)")
      }
    }
  }
}

/// Why a saved map makes no sense.
struct SavedMapError: Error {
  let what: String
  init(_ what: String) { self.what = what }
}

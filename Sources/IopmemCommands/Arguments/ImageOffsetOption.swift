internal import ArgumentParser
internal import Iopmem

/// `--image-offset`: where in an image the file system lies, if that is not all of it.
///
/// No group of options: the parser takes for each as long as for five options, at every start.
extension ArgumentHelp {
  static let imageOffset = ArgumentHelp(
    "The file system begins at this byte of the image.", valueName: "bytes")
}

extension SizeArgument? {
  /// Refuses the offset where there is no image.
  func expectImage(_ image: PathArgument?) throws {
    if self != nil && image == nil { throw ValidationError("--image-offset needs --image.") }
  }
}

extension PathArgument {
  /// What names the file system in this image.
  func image(at offset: SizeArgument?) -> ImageName {
    ImageName(argument: path, offset: offset?.count.rawValue)
  }
}

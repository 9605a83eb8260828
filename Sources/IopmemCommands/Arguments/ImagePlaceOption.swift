internal import ArgumentParser
internal import Iopmem

/// Where in an image the file system lies, if that is not all of it.
struct ImagePlaceOption: ParsableArguments {
  @Option(
    help: ArgumentHelp("The file system begins at this byte of the image.", valueName: "bytes"))
  var imageOffset: SizeArgument?

  /// Refuses the option where there is no image.
  func expectImage(_ image: PathArgument?) throws {
    if imageOffset != nil && image == nil {
      throw ValidationError("--image-offset needs --image.")
    }
  }

  /// What names the file system in an image.
  func name(of image: PathArgument) -> ImageName {
    ImageName(argument: image.path, offset: imageOffset?.count.rawValue)
  }
}

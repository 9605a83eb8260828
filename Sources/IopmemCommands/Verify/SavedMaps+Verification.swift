internal import Iopmem
internal import SystemPackage

extension SavedMaps {
  /// Checks every map of the document against its file.
  /// - Parameters:
  ///   - source: the machine, and what the caller says of the window.
  ///   - document: where the maps were read.
  /// - Throws: `unknown` where that says nothing of the files: no window, no image.
  func verifications(
    _ source: WindowSource, of document: FilePath
  ) throws(Failure) -> [Verification] {
    let windows = try windows(source, of: document)
    guard let image, let first = maps.first else {
      var mapper = MountedFileMapper(windows: windows, request: MapRequest())
      return maps.map { Verification($0, by: &mapper) }
    }
    var mapper = try ImageFileMapper.toVerify(
      image, windows: windows, request: first.request, passing: doubts)
    return maps.map { Verification($0, by: &mapper) }
  }

  /// The windows to look in: a BAR that was named for a map is named again.
  /// - Throws: `unknown` for one that was given by hand, and is not given now.
  func windows(_ source: WindowSource, of document: FilePath?) throws(Failure) -> WindowSource {
    guard let first = maps.first, source.choices == WindowChoices() else { return source }
    switch first.source {
    case .named: return WindowSource(root: source.root, choices: WindowChoices(bar: first.bar))
    case .given:
      throw Failure(
        .unknown, document, "its window was given by hand, and cannot be found out",
        remedy: "give the same --base")
    case .driver, .inferred, .pmem, .image, .mapped: return source
    }
  }
}

extension ImageFileMapper {
  /// Opens an image to look for what a map was of.
  /// - Throws: `unknown`: whatever keeps it from being opened, it says nothing of the files in it.
  static func toVerify(
    _ image: ImageName, windows: WindowSource, request: MapRequest, passing: Set<Doubt>
  ) throws(Failure) -> ImageFileMapper {
    do throws(Failure) {
      return try ImageFileMapper(image, windows: windows, request: request, passing: passing)
    } catch { throw error.asUnknown }
  }
}

extension Failure {
  /// The same where it leaves a question without an answer.
  var asUnknown: Failure {
    var failure = self
    failure.code = .unknown
    return failure
  }
}

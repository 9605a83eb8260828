internal import SystemPackage

/// Where the bytes lie that are to be formatted.
public struct FormatGeometry: Hashable, Sendable {
  /// Where the device begins on its disk, in bytes: 0 for a whole disk or an image.
  public var start: UInt64
  /// How long it is.
  public var length: ByteCount
  /// Where in the image file they begin, if they are a part of one: the tool has to be told.
  public var imageOffset: UInt64?

  /// A geometry of these parts.
  public init(start: UInt64 = 0, length: ByteCount, imageOffset: UInt64? = nil) {
    self.start = start
    self.length = length
    self.imageOffset = imageOffset
  }
}

/// How a file system is laid out so that it leaves one contiguous, aligned region for data.
///
/// A pure function of the request and the geometry; nothing is read and nothing is run.
public enum FormatPlan {
  /// The exact command that makes the file system.
  /// - Throws: `Failure` (refused) for what cannot be made, or could not be mapped by DAX, and for
  ///   extra arguments that contradict the layout.
  public static func command(
    for request: FormatRequest, on geometry: FormatGeometry
  ) throws(Failure) -> ToolCommand {
    try validate(request)
    try validate(geometry, of: request.device)
    var command: ToolCommand
    let tool: ExtraOptions
    switch request.type {
    case .ext4: (command, tool) = (try ext4(request, geometry), .mke2fs)
    case .xfs: (command, tool) = (try xfs(request, geometry), .mkfsXFS)
    }
    do throws(ExtraOptions.Refusal) {
      command.arguments = try tool.merged(command.arguments, request.extraArguments)
    } catch {
      throw refusal(
        request, "extra argument \(error.option.debugDescription) is refused: \(error.reason)")
    }
    command.end(request.device)
    // In blocks: without it the tool takes all that is behind the offset.
    if geometry.imageOffset != nil {
      command.add("\(geometry.length.rawValue / ByteCount.page.rawValue)")
    }
    return command
  }

  /// Whether large files can be aligned so: to a power of two from a page to 1 GiB.
  public static func takes(alignment: ByteCount) -> Bool {
    alignment.isPowerOfTwo && (.page...ByteCount(1 << 30)).contains(alignment)
  }

  /// Refuses what can be refused before the device is even opened.
  /// - Throws: `Failure` (refused) with the option that is wrong.
  public static func validate(_ request: FormatRequest) throws(Failure) {
    let alignment = request.alignment
    guard takes(alignment: alignment) else {
      throw refusal(request, "alignment must be a power of two from 4096 bytes to 1 GiB")
    }
    if let size = request.imageSize, size == .zero {
      throw refusal(request, "an image file cannot have no bytes")
    }
    if request.imageSize != nil, request.place != .whole {
      throw refusal(
        request, "a part of an image has the length that it has",
        remedy: ways("leave out \(option: .size), which makes an image"))
    }
    if request.type == .xfs, request.place != .whole {
      throw refusal(
        request, "mkfs.xfs makes no file system in a part of an image",
        remedy: "attach the part, see losetup(8), and name the loop device")
    }
    let limit = request.type.labelLimit
    if let label = request.label, label.count > limit {
      throw refusal(
        request, "label has \(label.count) bytes, and \(request.type.rawValue) keeps \(limit)")
    }
    if request.type == .xfs, request.inodes != nil {
      throw refusal(request, "xfs makes inodes as they are needed: their number cannot be chosen")
    }
    if request.type == .xfs, request.journal == .none {
      throw refusal(request, "xfs cannot be without its log")
    }
  }

  /// The kernel refuses DAX where a page of the device is not a page of the memory:
  /// drivers/dax/super.c, `fs_dax_get_by_bdev`.
  private static func validate(
    _ geometry: FormatGeometry, of device: FilePath
  ) throws(Failure) {
    guard ByteCount(geometry.start).isMultiple(of: .page) else {
      throw Failure(
        .refused, device,
        "begins at byte \(geometry.start) of its disk, inside a page: the kernel refuses DAX there",
        remedy: "begin the partition at a multiple of 4096 bytes, better of 2 MiB")
    }
    guard geometry.length.isMultiple(of: .page) else {
      throw Failure(
        .refused, device,
        "is \(geometry.length.rawValue) bytes long, no whole number of pages:"
          + " the kernel refuses DAX there",
        remedy: "make its length a multiple of 4096 bytes")
    }
  }

  static func refusal(_ request: FormatRequest, _ reason: String, remedy: String? = nil) -> Failure
  {
    Failure(.refused, request.device, reason, remedy: remedy)
  }

  static func tooSmall(
    _ request: FormatRequest, _ geometry: FormatGeometry, least: UInt64, remedy: String? = nil
  ) -> Failure {
    refusal(
      request,
      "is too small for \(request.type.rawValue) so made:"
        + " \(geometry.length.rawValue) bytes of at least \(least)",
      remedy: geometry.length == .zero ? ways("\(option: .size) gives it a length") : remedy)
  }
}

extension FormatRequest.FileSystemType {
  /// How many bytes of a label there is room for: `s_volume_name` of ext4, `sb_fname` of xfs.
  public var labelLimit: Int {
    switch self {
    case .ext4: 16
    case .xfs: 12
    }
  }
}

/// 1 MiB, in which both tools' limits are.
let mebibyte: UInt64 = 1 << 20

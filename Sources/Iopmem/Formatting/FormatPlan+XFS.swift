extension FormatPlan {
  /// mkfs.xfs(8) makes nothing smaller: `validate_supported` of its source.
  private static let leastXFS = 300 * mebibyte
  /// The smallest log that mkfs.xfs makes of its own will.
  private static let leastLog = 64 * mebibyte
  /// The smallest allocation group: `XFS_AG_MIN_BYTES`.
  private static let leastGroup = 16 * mebibyte
  /// The largest allocation group: `XFS_AG_MAX_BYTES`.
  private static let mostGroup = mebibyte << 20

  /// mkfs.xfs(8) such that nearly all space is one allocation group.
  ///
  /// No extent spans two groups and there must be two, for the second superblock. Only the last
  /// may be shorter, so it is made just large enough for the log, and the log is put there.
  static func xfs(
    _ request: FormatRequest, _ geometry: FormatGeometry
  ) throws(Failure) -> ToolCommand {
    let length = geometry.length.rawValue
    let alignment = request.alignment.rawValue
    let log = try logLength(request)
    let last = log + leastGroup
    // The first group may not be the shorter one, and is cut to whole stripes.
    let least = max(leastXFS, 2 * last + alignment)
    guard length >= least else {
      throw tooSmall(request, geometry, least: least, remedy: "ext4 needs less")
    }
    var command = ToolCommand("mkfs.xfs", package: "xfsprogs")
    if request.overwrites { command.add("-f") }
    if !request.isVerbose { command.add("-q") }
    // Memory has nothing to discard.
    command.add("-K")
    command.add("-b", "size=\(ByteCount.page.rawValue)", "-s", "size=\(ByteCount.page.rawValue)")
    let uuid = request.uuid.map { ",uuid=\($0)" } ?? ""
    // With rmapbt kernels after 6.12 spin for hours when the device goes from under a mount, unless its
    // driver shuts the file system down first.
    command.add("-m", "crc=1,finobt=1,rmapbt=0,reflink=0\(uuid)")
    let first = try firstGroupOfXFS(request, geometry)
    let stripe = "su=\(alignment),sw=1"
    let inherited = "extszinherit=\(alignment / ByteCount.page.rawValue),daxinherit=1"
    command.add("-d", (first.map { "agsize=\($0)," } ?? "") + "\(stripe),\(inherited)")
    // A log stripe of a page, else every write of the log would be padded to 32 KiB.
    command.add(
      "-l", "internal=1,\(first == nil ? "" : "agnum=1,")size=\(log),su=\(ByteCount.page.rawValue)")
    if let label = request.label { command.add("-L", label) }
    return command
  }

  /// How long the first group is, of a device that is long enough; nil past the largest group,
  /// where no layout has one run and mkfs.xfs chooses.
  static func firstGroupOfXFS(
    _ request: FormatRequest, _ geometry: FormatGeometry
  ) throws(Failure) -> UInt64? {
    let alignment = request.alignment.rawValue
    let last = try logLength(request) + leastGroup
    let first = (geometry.length.rawValue - last) / alignment * alignment
    return first <= mostGroup - alignment ? first : nil
  }

  static func logLength(_ request: FormatRequest) throws(Failure) -> UInt64 {
    guard case .size(let size) = request.journal else { return leastLog }
    guard size.isMultiple(of: .page), (leastLog...2047 * mebibyte).contains(size.rawValue) else {
      throw refusal(request, "a log of xfs is whole pages, from 64M to 2047M")
    }
    return size.rawValue
  }
}

internal import Linux
internal import SystemPackage

/// How far a tool is that makes a file system, by what reached the device.
struct WriteCounter: Sendable {
  private let file: FilePath
  private let root: SystemRoot
  private let start: UInt64
  private let total: ByteCount
  private let progress: Formatter.Progress

  /// Counts from now on; nil where the machine does not count.
  init?(
    _ number: DeviceNumber, in root: SystemRoot, total: ByteCount,
    _ progress: @escaping Formatter.Progress
  ) {
    file = FilePath("sys/dev/block/\(number)/stat")
    guard let text = try? root.text(file), let start = Self.bytesWritten(text) else { return nil }
    (self.root, self.start, self.total, self.progress) = (root, start, total, progress)
  }

  /// Tells how far it is.
  func tell() {
    guard let text = try? root.text(file), let now = Self.bytesWritten(text) else { return }
    progress(ByteCount(now >= start ? now - start : 0), total)
  }

  /// The bytes that were written to a device, of its statistics: sectors of 512 bytes, as the seventh
  /// number (Documentation/block/stat.rst).
  static func bytesWritten(_ text: String) -> UInt64? {
    let numbers = text.split(whereSeparator: \.isWhitespace)
    guard numbers.count > 6, let sectors = UInt64(numbers[6]) else { return nil }
    let (bytes, overflow) = sectors.multipliedReportingOverflow(by: 512)
    return overflow ? nil : bytes
  }
}

extension FormatPlan {
  /// How much a tool writes, nearly.
  static func written(
    for request: FormatRequest, on geometry: FormatGeometry
  ) throws(Failure) -> ByteCount {
    switch request.type {
    case .ext4:
      let blocks = try groups(request, length: geometry.length.rawValue).metadataBlocks
      return ByteCount(blocks * ByteCount.page.rawValue)
    case .xfs: return ByteCount(try logLength(request))
    }
  }
}

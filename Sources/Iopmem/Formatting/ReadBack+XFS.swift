internal import SystemPackage
internal import XFS

extension ReadBack {
  /// Reads a new XFS back.
  init(
    xfs path: FilePath, _ request: FormatRequest, _ geometry: FormatGeometry
  ) throws(Failure) {
    let superblock: XFSSuperblock
    do throws(XFSError) {
      let fileSystem = try XFSFileSystem(path)
      superblock = fileSystem.superblock
      let runs = try Self.runs(of: fileSystem, request, geometry)
      self.init(
        blockSize: ByteCount(UInt64(superblock.blockSize)), length: ByteCount(fileSystem.length),
        uuid: VolumeUUID(bytes: superblock.uuid), label: superblock.label, runs: runs,
        problems: [], verified: [])
      expect(try fileSystem.logIsClean(), "clean, no recovery needed", else: "log is not clean")
    } catch {
      let failure = Failure(reading: error, path)
      throw Failure(
        .failed, path, "was formatted, and cannot be read back: it \(failure.reason)",
        cause: failure.cause)
    }
    expect(
      !superblock.hasReflink, "no feature that shares blocks", else: "files could share blocks")
    expect(
      !superblock.hasReverseMap, "no map of blocks to owners",
      else: "unbinding the device under it would not end")
    expect(
      superblock.realtimeBlockCount == 0, "no realtime section",
      else: "files could lie on another device")
    try compare(with: request, geometry)
  }

  private static func runs(
    of fileSystem: borrowing XFSFileSystem, _ request: FormatRequest, _ geometry: FormatGeometry
  ) throws(XFSError) -> LargestRuns {
    var runs = LargestRuns(
      alignment: request.alignment, deviceStart: ByteCount(geometry.start))
    var isOutOfRange = false
    try fileSystem.forEachFreeRun { bytes in
      let length = ByteCount(bytes.upperBound - bytes.lowerBound)
      do throws(OutOfRange) {
        try runs.add(.init(start: DeviceOffset(bytes.lowerBound), length: length))
      } catch { isOutOfRange = true }
    }
    if isOutOfRange { throw .damage(.superblock) }
    return runs
  }
}

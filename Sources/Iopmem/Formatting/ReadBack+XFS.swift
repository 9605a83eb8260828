internal import SystemPackage

extension ReadBack {
  /// Reads a new XFS back: the superblock directly, the free space with xfs_db(8).
  init(
    xfs target: borrowing FormatTarget, _ request: FormatRequest
  ) async throws(Failure) {
    let path = target.path
    let geometry = target.geometry
    guard let superblock = XFSSuperblock(try target.read(at: 0, count: XFSSuperblock.length)) else {
      throw Failure(.failed, path, "was formatted, and has no superblock of XFS version 5")
    }
    let size = ByteCount(UInt64(superblock.blockSize))
    let runs: LargestRuns
    let length: ByteCount
    do throws(OutOfRange) {
      let end = try BlockNumber(superblock.blockCount).offset(blockSize: size)
      length = ByteCount(end.rawValue)
    } catch {
      throw Failure(.failed, path, "was formatted, and its superblock makes no sense")
    }
    runs = try await Self.runs(of: superblock, blockSize: size, request, geometry)
    self.init(
      blockSize: size, length: length, uuid: VolumeUUID(bytes: superblock.uuid),
      label: superblock.label, runs: runs, problems: [], verified: [])
    expect(!superblock.isInProgress, "complete", else: "mkfs.xfs did not come to its end")
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
    of superblock: XFSSuperblock, blockSize: ByteCount, _ request: FormatRequest,
    _ geometry: FormatGeometry
  ) async throws(Failure) -> LargestRuns {
    var command = ToolCommand("xfs_db", package: "xfsprogs")
    command.add("-r", "-c", "freesp -d")
    command.end(request.device)
    let text = try await command.run(on: request.device)
    guard
      let runs = freeRuns(
        inReport: text, of: superblock, blockSize: blockSize,
        into: LargestRuns(alignment: request.alignment, deviceStart: ByteCount(geometry.start)))
    else {
      throw Failure(
        .failed, request.device,
        "was formatted, and what xfs_db says of its free space makes no sense"
      )
    }
    return runs
  }

  /// Parses the runs in a report of `freesp -d`: lines of group, block in the group, and count.
  ///
  /// After them comes a histogram, whose lines have five columns.
  /// - Returns: nil if a number is not one or too large, or no line is a run.
  static func freeRuns(
    inReport text: String, of superblock: XFSSuperblock, blockSize: ByteCount,
    into empty: LargestRuns
  ) -> LargestRuns? {
    var runs = empty
    for line in text.split(separator: "\n") {
      let columns = line.split(separator: " ")
      guard columns.count == 3, columns != ["agno", "agbno", "len"] else { continue }
      let numbers = columns.compactMap { UInt64($0) }
      guard numbers.count == 3, numbers[0] < superblock.groupCount,
        numbers[1] < superblock.groupLength
      else { return nil }
      // Both factors have 32 bits, so neither the product nor the sum can overflow 64.
      let block = numbers[0] * UInt64(superblock.groupLength) + numbers[1]
      do throws(OutOfRange) {
        try runs.add(block: block, count: numbers[2], blockSize: blockSize)
      } catch { return nil }
    }
    return runs.any == nil ? nil : runs
  }
}

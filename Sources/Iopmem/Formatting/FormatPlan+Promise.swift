extension FormatPlan {
  /// How long the largest aligned run of free space is at least, once the file system is made.
  ///
  /// It counts what the tools put in front of the data, with a little to spare; 0 where the tool
  /// is left to choose the groups, and where next to nothing is left.
  static func promise(
    for request: FormatRequest, on geometry: FormatGeometry
  ) throws(Failure) -> ByteCount {
    switch request.type {
    case .ext4: try promiseOfExt4(request, geometry)
    case .xfs: try promiseOfXFS(request, geometry)
    }
  }

  /// In front lie the superblock, the descriptors, the bitmaps, the inode tables, the journal,
  /// and the first directories.
  private static func promiseOfExt4(
    _ request: FormatRequest, _ geometry: FormatGeometry
  ) throws(Failure) -> ByteCount {
    let page = ByteCount.page.rawValue
    let length = geometry.length.rawValue
    let blocks = length / page
    let groups = try groups(request, length: length)
    let metadata = groups.metadataBlocks + spareBlocks
    // mke2fs makes no last group that has hardly room for its own metadata.
    let rest = blocks % groups.size
    let hasLast = rest >= groups.inodeTableBlocks + groups.descriptorBlocks + spareBlocks
    let usable = hasLast ? blocks : blocks - rest
    return alignedRun(from: metadata * page, to: usable * page, request, geometry)
  }

  /// The first group begins with its headers, and then with inodes at a whole stripe, if not at
  /// once: `libxfs_ialloc_calc_rootino`.
  private static func promiseOfXFS(
    _ request: FormatRequest, _ geometry: FormatGeometry
  ) throws(Failure) -> ByteCount {
    guard let first = try firstGroupOfXFS(request, geometry) else { return .zero }
    let inodes = max(request.alignment.rawValue, spareBlocks * ByteCount.page.rawValue)
    return alignedRun(
      from: inodes + spareBlocks * ByteCount.page.rawValue, to: first, request, geometry)
  }

  /// What of a range of the device is left from the first aligned byte on.
  private static func alignedRun(
    from start: UInt64, to end: UInt64, _ request: FormatRequest, _ geometry: FormatGeometry
  ) -> ByteCount {
    let (onDisk, overflow) = start.addingReportingOverflow(geometry.start)
    guard !overflow, let aligned = try? ByteCount(onDisk).roundedUp(to: request.alignment),
      aligned.rawValue - geometry.start < end
    else { return .zero }
    return ByteCount(end - (aligned.rawValue - geometry.start))
  }

  /// Superblock, directories, and what a feature takes that the operator adds: 256 KiB.
  private static let spareBlocks: UInt64 = 64
}

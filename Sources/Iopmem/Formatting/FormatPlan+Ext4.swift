internal import Linux

extension FormatPlan {
  /// Features by name, so that neither the host's mke2fs.conf nor the version of mke2fs chooses.
  ///
  /// Left out are those with which file data can escape DAX or the device (`inline_data`,
  /// `encrypt`, `verity`, `bigalloc`), and `resize_inode`, which keeps blocks amid the data.
  private static let features = [
    "none", "ext_attr", "dir_index", "filetype", "extent", "64bit", "flex_bg", "sparse_super2",
    "large_file", "huge_file", "dir_nlink", "extra_isize", "metadata_csum",
  ]

  /// mke2fs(8) such that all metadata lie in front and one run of free blocks behind.
  static func ext4(
    _ request: FormatRequest, _ geometry: FormatGeometry
  ) throws(Failure) -> ToolCommand {
    let length = geometry.length.rawValue
    let groups = try groups(request, length: length)
    let journal = groups.journalBlocks * ByteCount.page.rawValue / mebibyte
    // mke2fs wants the journal to be at most half of the file system.
    let least = max(4, 2 * journal + 1) * mebibyte
    guard length >= least else {
      let remedy = request.journal == .none ? nil : ways("\(option: .journal) none needs less")
      throw tooSmall(request, geometry, least: least, remedy: remedy)
    }
    // An empty configuration defines no ext4, and `-t` wants a type that it knows; ext2 is built
    // in, and stands for nothing once every feature is named.
    var environment = [ToolCommand.Variable(name: "MKE2FS_CONFIG", value: "/dev/null")]
    if let time = request.time {
      // Older ones than 1.47.1 do not know SOURCE_DATE_EPOCH.
      environment.append(
        ToolCommand.Variable(name: "E2FSPROGS_FAKE_TIME", value: "\(time.seconds)"))
    }
    var command = ToolCommand("mke2fs", package: "e2fsprogs", environment: environment)
    if !request.isVerbose { command.add("-q") }
    command.add("-t", "ext2", "-T", "default")
    command.add("-b", "\(ByteCount.page.rawValue)", "-I", "256", "-m", "0", "-e", "remount-ro")
    command.add("-O", (features + (journal > 0 ? ["has_journal"] : [])).joined(separator: ","))
    command.add("-g", "\(groups.size)", "-G", "\(flexGroup(of: groups))")
    command.add("-N", "\(try inodes(request, length: length))")
    if journal > 0 { command.add("-J", "size=\(journal)") }
    let stripe = request.alignment.rawValue / ByteCount.page.rawValue
    command.add(
      "-E",
      // No kernel thread may write to the device later, and no backup may lie amid the data.
      "num_backup_sb=0,packed_meta_blocks=1,lazy_itable_init=0,lazy_journal_init=0,nodiscard,"
        + "stride=\(stripe),stripe_width=\(stripe)" + hashSeed(request)
        + (geometry.imageOffset.map { ",offset=\($0)" } ?? ""))
    if let label = request.label { command.add("-L", label) }
    if let uuid = request.uuid { command.add("-U", uuid.description) }
    return command
  }

  /// The seed of directories' hashes, which is random but where the same bytes are wanted again.
  private static func hashSeed(_ request: FormatRequest) -> String {
    guard request.time != nil, let uuid = request.uuid else { return "" }
    return ",hash_seed=\(uuid)"
  }

  /// The groups of a device of this length.
  static func groups(
    _ request: FormatRequest, length: UInt64
  ) throws(Failure) -> Ext4Groups {
    let page = ByteCount.page.rawValue
    return Ext4Groups(
      blocks: length / page, inodes: try inodes(request, length: length),
      journalBlocks: try journalMebibytes(request) * (mebibyte / page),
      journalUnit: request.journal == .smallest ? mebibyte / page : nil)
  }

  /// One flexible group over all groups: a power of two. With one group mke2fs 1.47 miscounts the
  /// free blocks of packed metadata, so it is never less than two.
  private static func flexGroup(of groups: Ext4Groups) -> UInt64 {
    var size: UInt64 = 2
    while size < groups.count { size *= 2 }
    return size
  }

  /// One a MiB, and enough for a small device; files for DMA are large and few.
  private static func inodes(
    _ request: FormatRequest, length: UInt64
  ) throws(Failure) -> UInt64 {
    guard let inodes = request.inodes else {
      return min(max(length / mebibyte, 256), UInt64(UInt32.max))
    }
    guard (16...UInt64(UInt32.max)).contains(inodes) else {
      throw refusal(request, "ext4 can have from 16 to \(UInt32.max) inodes, not \(inodes)")
    }
    return inodes
  }

  /// jbd2 wants 1,024 blocks at least (`JBD2_MIN_JOURNAL_BLOCKS`, linux/jbd2.h), which are 4 MiB;
  /// mke2fs takes 10,240,000 at most, and counts in MiB.
  private static func journalMebibytes(_ request: FormatRequest) throws(Failure) -> UInt64 {
    switch request.journal {
    case .none: return 0
    case .smallest: return 4
    case .size(let size):
      guard size.rawValue.isMultiple(of: mebibyte), (4...40_000).contains(size.rawValue / mebibyte)
      else {
        throw refusal(request, "a journal of ext4 is whole MiB, from 4M to 40000M")
      }
      return size.rawValue / mebibyte
    }
  }
}

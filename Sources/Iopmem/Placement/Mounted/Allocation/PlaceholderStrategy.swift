internal import Linux
internal import SystemPackage

/// What each file system needs of a search by placeholders.
protocol PlaceholderStrategy {
  /// Makes a file that is given blocks.
  /// - Returns: nil if the file system has no inode left for it.
  func makeFile(
    _ path: FilePath, on volume: borrowing MountedVolume
  ) throws(Failure) -> Descriptor?

  /// Holds what is still free when no request as long as the file succeeds.
  /// - Returns: nil where nothing is to be held.
  func holdRemainder(
    _ request: RunRequest, on volume: borrowing MountedVolume
  ) throws(Failure) -> PlaceholderFile?

  /// The run that the file is to be given so that it gets the wanted one.
  /// - Parameter space: what is free or held by placeholders.
  func allocation(for wanted: FreeRun, in space: FreeSpace) -> FreeRun

  /// Prepares a file that is about to be given a run from its beginning on.
  func prepare(
    _ file: borrowing Descriptor, for run: FreeRun, _ request: RunRequest,
    on volume: borrowing MountedVolume
  ) throws(Failure)

  /// The order in which pieces that placeholders hold are given up for records of a run's release.
  func slackPrecedes(_ one: FreeRun, _ other: FreeRun, beside run: FreeRun) -> Bool
}

extension PlaceholderStrategy {
  func makeFile(
    _ path: FilePath, on volume: borrowing MountedVolume
  ) throws(Failure) -> Descriptor? {
    try volume.makeSpareFile()
  }

  func holdRemainder(
    _ request: RunRequest, on volume: borrowing MountedVolume
  ) throws(Failure) -> PlaceholderFile? { nil }

  func allocation(for wanted: FreeRun, in space: FreeSpace) -> FreeRun { wanted }

  func prepare(
    _ file: borrowing Descriptor, for run: FreeRun, _ request: RunRequest,
    on volume: borrowing MountedVolume
  ) throws(Failure) {}
}

/// Placeholders on ext4, which keeps records of what is released anywhere: the shortest pieces
/// make room for them, which hold nothing that is looked for.
struct Ext4PlaceholderStrategy: PlaceholderStrategy {
  func slackPrecedes(_ one: FreeRun, _ other: FreeRun, beside run: FreeRun) -> Bool {
    one.length < other.length
  }
}

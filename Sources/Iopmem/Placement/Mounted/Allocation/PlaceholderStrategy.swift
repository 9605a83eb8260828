internal import Linux
internal import SystemPackage

/// How a search by placeholders deals with one file system.
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

  /// Chooses the run to release so that the file gets the wanted one.
  /// - Parameter space: what is free or held by placeholders.
  func allocation(for wanted: FreeRun, in space: FreeSpace) -> FreeRun

  /// Prepares a file that is about to be given a run from its beginning on.
  func prepare(
    _ file: borrowing Descriptor, for run: FreeRun, _ request: RunRequest,
    on volume: borrowing MountedVolume
  ) throws(Failure)

  /// Orders pieces that placeholders hold: the first are released to make room for the records
  /// that releasing a run needs.
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

/// Searches ext4, which puts its records of released blocks anywhere: the shortest pieces, which
/// are too short to be wanted, make room for them.
struct Ext4PlaceholderStrategy: PlaceholderStrategy {
  func slackPrecedes(_ one: FreeRun, _ other: FreeRun, beside run: FreeRun) -> Bool {
    one.length < other.length
  }
}

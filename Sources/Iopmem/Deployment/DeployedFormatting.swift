internal import Linux
internal import SystemPackage

/// Makes file systems on devices that are blank, and on no others.
struct DeployedFormatting {
  let plans: Bool

  /// Makes a file system, unless the device holds what is declared.
  /// - Throws: `refused` for a device that holds anything else.
  func deploy(
    _ format: DeployedFileSystem.Format, on device: FilePath
  ) async throws(Failure) -> DeployedItem {
    if let existing = try ExistingFileSystem(on: device) {
      let differences = existing.differences(from: format.wanted)
      guard differences.isEmpty else { throw .otherFileSystem(device, differences) }
      return DeployedItem(.filesystem, device, .ok)
    }
    do throws(Failure) {
      if plans {
        _ = try Formatter.command(for: format.request(device))
      } else {
        _ = try await Formatter.make(format.request(device))
      }
    } catch {
      var failure = error
      // mkfs's own remedy is an option that a manifest cannot give.
      if failure.name == Failure.Name.notBlank.rawValue {
        failure.remedy = "only a blank device is formatted: blkdiscard(8) or dd(1) makes one"
      }
      throw failure
    }
    return DeployedItem(.filesystem, device, .created)
  }
}

extension DeployedFileSystem.Format {
  /// What a file system that is there is held against: its journal may have any size.
  var wanted: WantedFileSystem {
    WantedFileSystem(
      type: type, label: label, uuid: uuid,
      journal: journal == FormatRequest.Journal.none ? journal : journal.map { _ in .smallest })
  }

  /// What is asked of `Formatter`.
  func request(_ device: FilePath, imageSize: ByteCount? = nil) -> FormatRequest {
    var request = FormatRequest(device: device)
    request.type = type
    request.label = label
    request.uuid = uuid
    request.journal = journal ?? .smallest
    request.inodes = inodes
    request.imageSize = imageSize
    return request
  }
}

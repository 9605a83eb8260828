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
    if isAsDeclared(device, format) { return DeployedItem(.filesystem, device, .ok) }
    let request = format.request(device)
    let isThere: Bool
    do throws(Failure) {
      isThere =
        plans
        ? try Formatter.commandIfBlank(for: request, wanting: format.wanted).isKept
        : try await Formatter.makeIfBlank(request, wanting: format.wanted).isKept
    } catch { throw error.asOfManifest }
    return DeployedItem(.filesystem, device, isThere ? .ok : .created)
  }

  /// Looks without a lock, which is not to be taken of a mounted device in every run that changes
  /// nothing. Whatever else is seen may be half written by another, and is looked at again under it.
  private func isAsDeclared(_ device: FilePath, _ format: DeployedFileSystem.Format) -> Bool {
    do throws(Failure) {
      return try ExistingFileSystem(on: device)?.differences(from: format.wanted).isEmpty ?? false
    } catch { return false }
  }
}

extension Failure {
  /// The failure with what to do in a manifest: mkfs's own remedies are options that none can give.
  fileprivate var asOfManifest: Failure {
    var failure = self
    switch name {
    case Name.notBlank.rawValue:
      failure.remedy = "only a blank device is formatted: blkdiscard(8) or dd(1) makes one"
    case Name.locked.rawValue: failure.remedy = "run it again when that has ended"
    default: break
    }
    return failure
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

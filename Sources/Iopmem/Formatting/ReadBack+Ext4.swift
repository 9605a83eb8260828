internal import Ext4
internal import SystemPackage

extension ReadBack {
  /// Reads a new ext4 back with libext2fs.
  init(
    ext4 path: FilePath, _ request: FormatRequest, _ geometry: FormatGeometry
  ) throws(Failure) {
    do {
      let fileSystem = try FileSystem(path, at: geometry.imageOffset ?? 0)
      let size = ByteCount(UInt64(fileSystem.blockSize))
      let runs = try Self.runs(of: fileSystem, request, geometry)
      self.init(
        blockSize: size, length: ByteCount(try fileSystem.byteCount()),
        uuid: VolumeUUID(bytes: fileSystem.uuid), label: fileSystem.label, runs: runs, problems: [],
        verified: [])
      expect(
        fileSystem.condition.isEmpty, "clean, no recovery needed", else: "state is not clean")
      let features = fileSystem.features
      let forbidding = features.forbiddingDAX + (features.sharesBlocks ? ["shared_blocks"] : [])
      expect(
        forbidding.isEmpty, "no feature that forbids DAX",
        else: "features forbid DAX: " + forbidding.joined(separator: ", "))
      let unkept = fileSystem.featuresForbiddingChange
      expect(
        unkept.isEmpty, "no feature that place could not keep whole",
        else: "features that place could not keep whole: " + unkept.joined(separator: ", "))
      expect(
        features.hasJournal == (request.journal != .none),
        request.journal == .none ? "no journal" : "journal",
        else: "journal is not as asked for")
    } catch let failure as Failure {
      throw failure
    } catch let error as Ext4Error {
      throw Failure(.failed, path, "was formatted, and cannot be read back: \(error)")
    } catch {
      throw Failure(.failed, path, "was formatted, and its numbers make no sense")
    }
    try compare(with: request, geometry)
  }

  private static func runs(
    of fileSystem: borrowing FileSystem, _ request: FormatRequest,
    _ geometry: FormatGeometry
  ) throws -> LargestRuns {
    var runs = LargestRuns(
      alignment: request.alignment, deviceStart: ByteCount(geometry.start))
    var overflow: OutOfRange?
    try fileSystem.forEachFreeRun { range in
      do throws(OutOfRange) {
        let length = ByteCount(range.upperBound - range.lowerBound)
        try runs.add(LargestRuns.Run(start: DeviceOffset(range.lowerBound), length: length))
      } catch { overflow = error }
    }
    if let overflow { throw overflow }
    return runs
  }
}

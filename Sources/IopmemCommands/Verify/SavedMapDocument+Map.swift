internal import Iopmem
internal import Linux
internal import PCI
internal import SystemPackage

extension SavedMapDocument.File {
  /// The file system that the file is in: by where it began, which a partition may no longer do.
  var image: ImageName {
    get throws(SavedMapError) {
      let offset = imageOffset ?? 0
      return ImageName(try Self.path(device, deviceHex), offset == 0 ? .whole : .offset(offset))
    }
  }

  /// The map, after every value was checked.
  var map: SavedMap {
    get throws(SavedMapError) {
      guard let uuid = VolumeUUID(filesystemUUID) else { throw SavedMapError("no UUID") }
      guard let fingerprint = Fingerprint(fingerprint) else {
        throw SavedMapError("a fingerprint of another version, or none")
      }
      guard let source = Window.Source(rawValue: window) else {
        throw SavedMapError("a window that is known in an unknown way")
      }
      guard let end = try? FileOffset(offset).advanced(by: ByteCount(length)) else {
        throw SavedMapError("a range that passes 2^64")
      }
      guard ["ext4", "xfs"].contains(filesystem) else {
        throw SavedMapError("a file system of another kind")
      }
      let provider = function.flatMap { FunctionAddress($0) }
      guard (provider == nil) == (function == nil) else { throw SavedMapError("no function") }
      guard (client == nil) == (clientUses == nil),
        client.map({ FunctionAddress($0) != nil }) ?? true
      else { throw SavedMapError("no client") }
      try check(source)
      let path = try Self.path(path, pathHex)
      let segments = try mappedSegments
      let busBase = try base(\.busAddress)
      let cpuBase = try base(\.cpuAddress)
      let allowed = try hazards
      do throws(SavedMap.SegmentError) {
        return try SavedMap(
          path: path,
          identity: FileIdentity(fileSystem: uuid, inode: inode, generation: generation),
          size: ByteCount(size), range: FileOffset(offset)..<end, fingerprint: fingerprint,
          function: provider, bar: bar, source: source, segments: segments, busBase: busBase,
          cpuBase: cpuBase, allowed: allowed,
          requiredDAX: !overrides.contains(Self.noDaxCheck))
      } catch { throw SavedMapError(error.what) }
    }
  }

  private static let noDaxCheck = "no-dax-check"

  private var hazards: Set<Hazard> {
    get throws(SavedMapError) {
      var hazards: Set<Hazard> = []
      for name in overrides where name != Self.noDaxCheck {
        if let hazard = Hazard(rawValue: name), hazard.canBeAllowed {
          hazards.insert(hazard)
        } else if ImageFileMapper.Doubt(rawValue: name) == nil {
          throw SavedMapError("an unknown override")
        }
      }
      return hazards
    }
  }

  private var mappedSegments: [Segment] {
    get throws(SavedMapError) {
      guard segments.count == segmentCount else { throw SavedMapError("not all its segments") }
      var result: [Segment] = []
      for segment in segments {
        guard let flags = ExtentFlags(names: segment.flags) else {
          throw SavedMapError("an unknown flag")
        }
        result.append(
          Segment(
            fileOffset: FileOffset(segment.fileOffset), barOffset: BarOffset(segment.barOffset),
            length: ByteCount(segment.length), flags: flags))
      }
      do throws(SavedMap.SegmentError) { try SavedMap.check(result) } catch {
        throw SavedMapError(error.what)
      }
      // They follow on each other below 2^64, and so do their lengths.
      let mapped = result.reduce(0) { $0 + $1.length.rawValue }
      guard mapped <= length, length - mapped == holeBytes else {
        throw SavedMapError("holes of another length")
      }
      return result
    }
  }

  /// The address of BAR offset 0, by all addresses of a kind; nil where there are none.
  private func base(
    _ address: (SavedMapDocument.Segment) -> String?
  ) throws(SavedMapError) -> UInt64? {
    var found: UInt64??
    for segment in segments {
      var base: UInt64?
      if let text = address(segment) {
        guard let number = SysfsNumber.hex(text), number >= segment.barOffset else {
          throw SavedMapError("an address that is none")
        }
        base = number - segment.barOffset
      }
      guard (found ?? base) == base else { throw SavedMapError("addresses of several windows") }
      found = .some(base)
    }
    return found ?? nil
  }

  /// Checks that the client's addresses are the ones that it was to use. A window that was mapped
  /// for it has no bus addresses to hold against the machine's: only its IOMMU may know others.
  private func check(_ source: Window.Source) throws(SavedMapError) {
    let isMapped = source == .mapped
    for segment in segments {
      let address: String? =
        switch clientUses {
        case nil where !isMapped: nil
        case Verdict.Answer.busAddress.rawValue where !isMapped: segment.busAddress
        case Verdict.Answer.cpuAddress.rawValue
        where !isMapped || segment.busAddress == segment.cpuAddress:
          segment.cpuAddress
        case Verdict.Answer.iovaOnly.rawValue where isMapped: segment.busAddress
        default: throw SavedMapError("a client that uses no known address")
        }
      guard segment.clientAddress == address else {
        throw SavedMapError("addresses that are not its client's")
      }
    }
  }

  /// Parses a name from its text, or from the hex digits of its exact bytes.
  private static func path(_ text: String, _ hex: String?) throws(SavedMapError) -> FilePath {
    var bytes = Array(text.utf8)
    if let hex {
      guard let exact = Hex.bytes(hex.utf8) else { throw SavedMapError("a name that is none") }
      bytes = exact
    }
    guard !bytes.isEmpty, !bytes.contains(0) else { throw SavedMapError("a name that is none") }
    return FilePath(bytes: bytes)
  }
}

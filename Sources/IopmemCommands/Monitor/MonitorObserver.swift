internal import Iopmem
internal import Linux
internal import PCI
internal import SystemPackage

/// Looks how what is watched stands.
struct MonitorObserver {
  private let windows: WindowSource
  private let request: MapRequest
  private var devices: [FilePath] = []
  private var files: [FilePath] = []
  private var maps: [(path: FilePath, maps: SavedMaps)] = []
  /// Whether all devices are watched that are memory.
  private let watchesAll: Bool

  /// Sorts names into devices, files and saved maps.
  /// - Throws: `Failure` for what is none, or is not there.
  init(_ names: [FilePath], windows: WindowSource, request: MapRequest) throws(Failure) {
    self.windows = windows
    self.request = request
    watchesAll = names.isEmpty
    for name in names {
      // A captured machine has names of devices, and no files.
      guard windows.root.isRunningMachine else {
        devices.append(name)
        continue
      }
      let kind: Status.Kind
      do { kind = try Status(of: name, followingLinks: true).kind } catch {
        throw Failure(error, name, "cannot look it up")
      }
      switch kind {
      case .blockDevice: devices.append(name)
      case .regular:
        if try Self.holdsMaps(name) {
          maps.append((name, try SavedMaps(at: name)))
        } else {
          files.append(name)
        }
      default:
        throw Failure(
          .refused, name, "is neither a block device nor a regular file but \(kind.noun)")
      }
    }
  }

  /// Whether a file begins as the maps that fiemap --json prints.
  private static func holdsMaps(_ path: FilePath) throws(Failure) -> Bool {
    do throws(Errno) {
      var bytes = [UInt8](repeating: 0, count: 256)
      let count = try Descriptor(path, .readOnly).read(at: 0, into: &bytes)
      let blanks = Set(" \t\r\n".utf8)
      return bytes.prefix(count).filter { !blanks.contains($0) }
        .starts(with: #"{"schema":"iopmem.fiemap/"#.utf8)
    } catch { throw Failure(error, path, "cannot read") }
  }

  /// Whether a block device is watched, or would be if it came.
  func watches(_ name: String) -> Bool {
    if watchesAll { return name.hasPrefix("iopmem") || name.hasPrefix("pmem") }
    // A partition of a disk that was named too.
    return devices.contains { name.hasPrefix($0.lastComponent?.string ?? "/") }
  }

  /// Looks at everything.
  /// - Throws: `Failure` when the machine's devices cannot be read.
  func observe(_ watch: inout MonitorWatch) throws(Failure) -> Observation {
    var observation = Observation()
    observation.devices = try observedDevices()
    var mapper = MountedFileMapper(windows: windows, request: request)
    var segments = SegmentList()
    for file in files {
      try watch.watch(file)
      observation.files.append(.init(file, observed(file, by: &mapper, &segments)))
    }
    for (path, saved) in maps {
      for map in saved.maps { try watch.watch(saved.image?.path ?? map.path) }
      observation.maps.append(.init(path, settled(saved, at: path)))
    }
    return observation
  }

  /// How often a map is looked at before it counts as unknown: an image may be exchanged during a look.
  private static let looks = 3

  private func settled(_ saved: SavedMaps, at path: FilePath) -> ObservedMap {
    var map = observed(saved, at: path)
    for _ in 1..<Self.looks {
      guard case .unknown = map else { break }
      map = observed(saved, at: path)
    }
    return map
  }

  private func observed(
    _ file: FilePath, by mapper: inout MountedFileMapper, _ segments: inout SegmentList
  ) -> ObservedFile {
    switch mapper.outcome(of: file, into: &segments) {
    case .success(let map): .mapped(map.fingerprint, isPinned: map.pinned)
    case .failure where mapper.lacks(file): .gone
    case .failure(let failure):
      failure.code == .refused ? .unsafe(failure.sentence) : .unknown(failure.sentence)
    }
  }

  private func observed(_ saved: SavedMaps, at path: FilePath) -> ObservedMap {
    let verifications: [Verification]
    do throws(Failure) { verifications = try saved.verifications(windows, of: path) } catch {
      return .unknown([error.sentence])
    }
    var (changes, doubts): ([String], [String]) = ([], [])
    for verification in verifications {
      let name = QuotedName(verification.path).text
      switch verification.standing {
      case .holds: break
      case .changed(let list, _): changes += list.map { "\(name) \($0.sentence)" }
      case .unknown(let failure): doubts.append("\(name): \(failure.sentence)")
      }
    }
    if !changes.isEmpty { return .ended(changes) }
    return doubts.isEmpty ? .holds : .unknown(doubts)
  }

  private func observedDevices() throws(Failure) -> [String: ObservedDevice] {
    if !watchesAll && devices.isEmpty { return [:] }
    var selection = Inventory.Selection.memory
    if !watchesAll {
      var numbers: [DeviceNumber] = []
      for device in devices {
        do { numbers.append(try BlockDevice.number(at: device, in: windows.root)) } catch {
          // One that was there has gone; all else is no answer.
          guard error.cause == .noSuchFileOrDirectory else { throw error }
        }
      }
      selection = .these(numbers)
    }
    let inventory = try Inventory(selection, [.window, .leases], in: windows.root)
    var observed: [String: ObservedDevice] = [:]
    for entry in inventory.entries { observed[entry.device.name] = ObservedDevice(entry) }
    return observed
  }
}

extension ObservedDevice {
  /// What an entry of the inventory says.
  fileprivate init(_ entry: Inventory.Entry) {
    let size = BinaryUnits.text(entry.device.length)
    switch entry.window {
    case .success(let window)?:
      let parts = [
        window.function.map { "function \($0)" }, window.bar.map { "BAR \($0)" },
        window.busAddress.map { "bus address \($0.rawValue.hex)" },
        window.cpuAddress.map { "CPU address \($0.rawValue.hex)" }, size,
      ]
      self.init(
        place: parts.compactMap { $0 }.joined(separator: ", "),
        function: (window.function ?? entry.device.disk.function)?.description)
    case .failure(let failure)?:
      self.init(
        place: "\(size), no addresses: \(failure.sentence)",
        function: entry.device.disk.function?.description)
    case nil: self.init(place: size, function: entry.device.disk.function?.description)
    }
    for mount in entry.mounts { mounts[mount.point] = .some(mount.dax) }
    switch entry.leases {
    case .success(let count)?: leases = count
    case .failure(let failure)?: leaseProblem = failure.sentence
    case nil: break
    }
  }
}

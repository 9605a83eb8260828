internal import SystemPackage

extension Observation {
  /// What is watched, and how it stands.
  public var beginnings: [MonitorEvent] {
    devices.sorted { $0.key < $1.key }.map { name, device in
      MonitorEvent(.watching, Self.path(name), "is watched: \(device.sentence)")
    }
      + files.map {
        MonitorEvent(.watching, $0.path, "is watched: \($0.state.sentence)", after: $0.state.word)
      }
      + maps.map {
        MonitorEvent(
          .watching, $0.path, "is watched: the map \($0.state.sentence)", after: $0.state.word)
      }
  }

  /// What happened between this observation and a later one of the same things.
  public func events(until later: Observation) -> [MonitorEvent] {
    deviceEvents(until: later)
      + zip(files, later.files).flatMap { $0.state.events($0.path, until: $1.state) }
      + zip(maps, later.maps).flatMap { $0.state.events($0.path, until: $1.state) }
  }

  /// Takes an event of the kernel into account, before the next look, which may find a device there
  /// again, or never have seen it.
  /// - Parameter isWatched: whether a block device of this name would be.
  /// - Returns: what it says, as far as no look could.
  public mutating func take(
    _ event: DeviceEvent, isWatched: (String) -> Bool
  ) -> [MonitorEvent] {
    if let interruption = event.interruption {
      return devices.sorted { $0.key < $1.key }.filter { name, device in
        event.blockDevice == name || (event.function != nil && event.function == device.function)
      }.map { MonitorEvent(.reset, Self.path($0.key), interruption) }
    }
    guard let name = event.blockDevice else { return [] }
    switch event.action {
    case "remove":
      return devices.removeValue(forKey: name).map { Self.departure(of: name, $0) } ?? []
    case "add" where devices[name] == nil && isWatched(name):
      // Known from here on, so that its going is told, though no look may ever find it.
      devices[name] = ObservedDevice(place: "")
      return []
    default: return []
    }
  }

  private func deviceEvents(until later: Observation) -> [MonitorEvent] {
    Set(devices.keys).union(later.devices.keys).sorted().flatMap { name -> [MonitorEvent] in
      let path = Self.path(name)
      switch (devices[name], later.devices[name]) {
      case (let before?, nil): return Self.departure(of: name, before)
      case (let before?, let after?) where !before.place.isEmpty:
        return before.events(path, until: after)
      case (_, let after?): return [MonitorEvent(.added, path, "is there: \(after.sentence)")]
      case (nil, nil): return []
      }
    }
  }

  private static func departure(of name: String, _ device: ObservedDevice) -> [MonitorEvent] {
    let came = MonitorEvent(.added, path(name), "came, and went before it was looked at")
    return (device.place.isEmpty ? [came] : []) + [MonitorEvent(.removed, path(name), "is gone")]
  }

  private static func path(_ name: String) -> FilePath { FilePath("/dev").appending(name) }
}

extension ObservedDevice {
  fileprivate var sentence: String {
    var parts = [place]
    parts += mounts.keys.map { "mounted on \(QuotedName($0).text)" }.sorted()
    if let leases { parts.append(leases == 1 ? "1 lease" : "\(leases) leases") }
    if let leaseProblem { parts.append("leases unknown: \(leaseProblem)") }
    return parts.joined(separator: ", ")
  }

  fileprivate func events(_ path: FilePath, until later: ObservedDevice) -> [MonitorEvent] {
    var events: [MonitorEvent] = []
    if place != later.place {
      events.append(
        MonitorEvent(
          .window, path, "lies elsewhere: \(later.place), was \(place)", before: place,
          after: later.place))
    }
    for (point, mode) in mounts.sorted(by: { $0.key.string < $1.key.string })
    where later.mounts[point] != .some(mode) {
      events.append(
        MonitorEvent(
          .unmounted, path, "is no longer mounted on \(QuotedName(point).text)",
          before: QuotedName(point).text))
    }
    for (point, mode) in later.mounts.sorted(by: { $0.key.string < $1.key.string })
    where mounts[point] != .some(mode) {
      let dax = mode.map { ", dax=\($0)" } ?? ""
      events.append(
        MonitorEvent(
          .mounted, path, "is mounted on \(QuotedName(point).text)\(dax)",
          after: QuotedName(point).text))
    }
    if leases != later.leases || leaseProblem != later.leaseProblem {
      let (before, after) = (leases.map(String.init), later.leases.map(String.init))
      events.append(
        MonitorEvent(
          .leases, path,
          later.leaseProblem.map { "leases are not known: \($0)" }
            ?? "leases: \(after ?? "none"), were \(before ?? "unknown")",
          before: before, after: after))
    }
    return events
  }
}

extension ObservedFile {
  fileprivate var sentence: String {
    switch self {
    case .mapped(let fingerprint, let isPinned):
      "fingerprint \(fingerprint)" + (isPinned ? ", pinned" : "")
    case .unsafe(let reason): "may not be mapped: \(reason)"
    case .gone: "is gone"
    case .unknown(let reason): "cannot be known: \(reason)"
    }
  }

  fileprivate var word: String? {
    if case .mapped(let fingerprint, _) = self { fingerprint.description } else { nil }
  }

  fileprivate func events(_ path: FilePath, until later: ObservedFile) -> [MonitorEvent] {
    if self == later { return [] }
    switch (self, later) {
    case (.mapped(let before, let wasPinned), .mapped(let after, let isPinned)):
      var events: [MonitorEvent] = []
      if before != after {
        events.append(
          MonitorEvent(
            .layout, path, "lies otherwise: \(later.sentence)", before: word, after: later.word))
      }
      if wasPinned != isPinned {
        events.append(
          isPinned
            ? MonitorEvent(.pinned, path, "is pinned")
            : MonitorEvent(.unpinned, path, "is no longer pinned"))
      }
      return events
    case (_, .mapped):
      return [
        MonitorEvent(.mapped, path, "can be mapped: \(later.sentence)", after: later.word)
      ]
    default: return [MonitorEvent(.unmapped, path, later.sentence, before: word)]
    }
  }
}

extension ObservedMap {
  fileprivate var word: String {
    switch self {
    case .holds: "holds"
    case .ended: "ended"
    case .unknown: "unknown"
    }
  }

  fileprivate var sentence: String {
    switch self {
    case .holds: "holds"
    case .ended(let changes): "does not hold any more: \(changes.joined(separator: "; "))"
    case .unknown(let reasons): "cannot be known to hold: \(reasons.joined(separator: "; "))"
    }
  }

  fileprivate func events(_ path: FilePath, until later: ObservedMap) -> [MonitorEvent] {
    if self == later { return [] }
    let kind: MonitorEvent.Kind =
      switch later {
      case .holds: .holds
      case .ended: .ended
      case .unknown: .unknown
      }
    return [
      MonitorEvent(kind, path, "the map \(later.sentence)", before: word, after: later.word)
    ]
  }
}

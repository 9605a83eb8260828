internal import ArgumentParser
internal import Iopmem
internal import Linux
internal import SystemPackage

/// `iopmem monitor`: what happens to devices, files and saved maps, as it happens.
struct MonitorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    verb: "monitor",
    abstract: "Tell what happens to devices, files and saved maps.",
    discussion: """
      Without a name: the disks of the iopmem driver and pmem namespaces, and those that come. A \
      regular file that holds what fiemap --json printed is a saved map, any other is a file to \
      watch: its layout, and its pin. What is watched is printed first, and from then on nothing is missed; the kernel tells \
      of devices and mounts at once, the rest is looked at every INTERVAL seconds. It ends with \
      SIGINT, SIGTERM, or when nobody reads.
      """)

  @Flag(help: "Print a JSON object a line: schema iopmem.monitor/1.")
  var json = false

  @Flag(help: "Print how everything stands, and end as --exit does.")
  var once = false

  @Flag(help: "End when a saved map does not hold: with 1, or 3 where that cannot be known.")
  var exit = false

  @Option(help: ArgumentHelp("How many seconds lie between two looks.", valueName: "seconds"))
  var interval = 1

  @OptionGroup(title: "Where the device is")
  var window: WindowOptions

  @OptionGroup(title: "Checks that files pass")
  var allowance: AllowanceOptions

  @Argument(
    help: ArgumentHelp("Block devices, files, and saved maps.", valueName: "name"),
    completion: .devicesAndFiles)
  var names: [PathArgument] = []

  func validate() throws {
    guard (1...3600).contains(interval) else {
      throw ValidationError("--interval is 1 to 3600 seconds.")
    }
    if exit && names.isEmpty { throw ValidationError("--exit needs a saved map.") }
  }

  func run() throws {
    let output = MonitorOutput(isJSON: json)
    var tally = Tally()
    var standing: Bool? = true
    do throws(Failure) { try monitor(output, &standing) } catch {
      tally.report(error)
      // What cannot be written is told by the failure itself.
      if error.reason != Failure.standardOutput(.brokenPipe).reason {
        tally.attempt { () throws(Failure) in try output.write(error) }
      }
    }
    if once || exit, standing != true { tally.count(standing == false ? .failed : .unknown) }
    try tally.finish()
  }

  /// Watches until the end.
  /// - Parameter standing: whether every saved map holds; nil where that cannot be known.
  private func monitor(_ output: MonitorOutput, _ standing: inout Bool?) throws(Failure) {
    // Subscribed first, then looked: what happens in between is told twice rather than not at all.
    var watch = try MonitorWatch(root: window.root)
    Interruption.hold()
    let observer = try MonitorObserver(
      names.map(\.path), windows: window.windows,
      request: MapRequest(allowed: allowance.hazards, requiresDAX: !allowance.noDaxCheck))
    var seen = try observer.observe(&watch)
    standing = seen.mapsHold
    try output.write((names.isEmpty ? [.watchingAll] : []) + seen.beginnings)
    while !once, !(exit && seen.mapsHold != true) {
      guard let notices = try watch.wait(seconds: interval) else { return }
      var events: [MonitorEvent] = []
      for notice in notices {
        switch notice {
        case .event(let event): events += seen.take(event, isWatched: observer.watches)
        case .unreadable: events.append(.lost)
        case .foreign: break
        }
      }
      let now = try observer.observe(&watch)
      standing = now.mapsHold
      try output.write(events + seen.events(until: now))
      seen = now
    }
  }
}

extension MonitorEvent {
  /// What comes is watched too.
  static let watchingAll = MonitorEvent(
    .watching, nil, "every iopmem device and pmem namespace is watched")

  /// Some of the kernel's events never came.
  static let lost = MonitorEvent(
    .lost, nil,
    "events of the kernel were lost: what changed follows, and what came back unchanged is not seen"
  )
}

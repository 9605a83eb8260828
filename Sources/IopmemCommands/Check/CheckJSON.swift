internal import Iopmem
internal import Linux
internal import PCI
internal import SystemPackage

/// What `iopmem check` tells programs, as `iopmem.check/1`.
enum CheckJSON {
  /// Writes a check, or why there is none.
  static func write(
    _ check: Check?, of path: FilePath, _ failures: [Failure]
  ) throws(Failure) {
    let readiness = check?.readiness
    let window = try? readiness?.window.get()
    try JSONDocument.write("iopmem.check/1", failures) { (writer) throws(Errno) in
      try writer.name("device", "device_hex", readiness?.device.path ?? path)
      try writer.member("length", readiness?.device.length.rawValue)
      try writer.member(
        "function", (window?.function ?? readiness?.device.disk.function)?.description)
      try writer.member("bar", window?.bar)
      try writer.member("bus_address", address: window?.busAddress?.rawValue)
      try writer.member("cpu_address", address: window?.cpuAddress?.rawValue)
      try writer.member("cache", readiness?.cacheMode?.rawValue)
      try writer.key("kernel_options")
      try writer.beginObject()
      for option in KernelConfiguration.Option.allCases {
        try writer.key(option.name)
        try writer.value(readiness?.kernel?.has(option))
      }
      try writer.endObject()
      try writer.write(readiness?.findings ?? [])
      try writer.key("clients")
      try writer.beginArray()
      for verdict in check?.verdicts ?? [] { try verdict.write(to: &writer) }
      try writer.endArray()
    }
  }
}

extension Verdict {
  fileprivate func write(to writer: inout JSONWriter) throws(Errno) {
    try writer.beginObject()
    try writer.member("function", client.description)
    try writer.member("answer", answer.rawValue)
    try writer.member("driver_address", driverAddress?.rawValue)
    try writer.member("distance", route?.distance)
    try writer.member("through_host_bridge", route?.leadsThroughHost)
    try writer.member("turns_at", route?.turningPoint?.address.description)
    try writer.key("path")
    try writer.beginArray()
    for hop in route?.hops ?? [] {
      try writer.beginObject()
      try writer.member("function", hop.address.description)
      try writer.key("acs")
      try writer.write(hop.accessControl)
      try writer.endObject()
    }
    try writer.endArray()
    try writer.write(findings)
    try writer.endObject()
  }
}

extension JSONWriter {
  /// What is switched on, as names; null where it cannot be seen.
  fileprivate mutating func write(_ accessControl: AccessControl) throws(Errno) {
    let names: [String]
    switch accessControl {
    case .unseen: return try value(nil as String?)
    case .absent: names = []
    case .control(let bits): names = bits.names
    }
    try beginArray()
    for name in names { try value(name) }
    try endArray()
  }

  fileprivate mutating func write(_ findings: [Finding]) throws(Errno) {
    try key("findings")
    try beginArray()
    for finding in findings {
      try beginObject()
      try member("code", finding.code.rawValue)
      try member("weight", finding.severity.rawValue)
      try member("function", finding.function?.description)
      try member("sentence", finding.sentence)
      try member("remedy", finding.remedy)
      try endObject()
    }
    try endArray()
  }
}

extension KernelConfiguration.Option {
  /// The name of the member; the names in the configuration itself are in capitals.
  fileprivate var name: StaticString {
    switch self {
    case .zoneDevice: "zone_device"
    case .fileSystemDAX: "fs_dax"
    case .largePages: "fs_dax_pmd"
    case .peerDMA: "pci_p2pdma"
    case .sharedBuffers: "dma_shared_buffer"
    case .guardedMemory: "strict_devmem"
    case .guardedDevices: "io_strict_devmem"
    }
  }
}

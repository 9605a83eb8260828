internal import ArgumentParser

/// The forms of maps, by the names that users give them.
enum MapFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json, ndjson, csv, sg
  case nvmePRP = "nvme-prp"
  case nvmeSGL = "nvme-sgl"

  /// Whether it is made for one command of an NVMe controller: one file, and a list in memory.
  var isNVMe: Bool { self == .nvmePRP || self == .nvmeSGL }
}

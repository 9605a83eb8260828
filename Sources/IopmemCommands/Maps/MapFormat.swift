internal import ArgumentParser
internal import Iopmem
internal import Linux

/// The format that a user asks for, and all that it needs to know.
enum MapFormat {
  /// Text: of segments cut to limits, or as they were found where there are none.
  case text(any TextMapEncoder.Type, Limits?)
  /// Segments as records.
  case segments(Limits)
  /// The PRP list of an NVMe command.
  case pages(Limits, ListMemory)
  /// The SGL of an NVMe command.
  case descriptors(Limits, ListMemory)

  /// The formats, by the names that users give them.
  enum Name: String, ExpressibleByArgument, CaseIterable {
    case table, json, ndjson, csv, sg
    case nvmePRP = "nvme-prp"
    case nvmeSGL = "nvme-sgl"

    /// Whether it is made for one command of an NVMe controller: one file, and a list in memory.
    var isNVMe: Bool { self == .nvmePRP || self == .nvmeSGL }
  }

  /// The encoder, if the format is text.
  var text: (any TextMapEncoder.Type)? {
    if case .text(let encoder, _) = self { encoder } else { nil }
  }

  /// Checks that records do not go to a terminal.
  /// - Throws: `ValidationError` if standard output is one, and the format is not text.
  func checkStandardOutput() throws {
    if text == nil && Output.standard().isTerminal {
      throw ValidationError("This form is not for a terminal: send it to a file or a program.")
    }
  }

  /// Checks that a file's map can be had in this format.
  /// - Returns: the encoder of the map.
  /// - Throws: why it cannot.
  func encoder(
    of map: FileMap, _ segments: borrowing SegmentList
  ) throws(Failure) -> any MapEncoder {
    switch self {
    case .text(let encoder, let limits):
      try encoder.init(map, segments, under: limits)
    case .segments(let limits):
      EngineMapEncoder(map, try SegmentRecords(of: map, segments, under: limits))
    case .pages(let limits, let memory):
      EngineMapEncoder(map, try PRPList(of: map, segments, under: limits, in: memory))
    case .descriptors(let limits, let memory):
      EngineMapEncoder(map, try SGLList(of: map, segments, under: limits, in: memory))
    }
  }
}

internal import ArgumentParser
internal import Iopmem
internal import Linux

/// The format that a user asks for, and all that it needs to know.
enum MapFormat {
  /// Text: of segments cut to limits, or as they were found where there are none.
  case text(any TextMapEncoder.Type, Limits?)
  /// Segments as records.
  case segments(Limits)
  /// The PRP lists of NVMe commands, each of so many bytes at most.
  case pages(Limits, ListMemory, ByteCount?)
  /// The SGLs of NVMe commands, each of so many bytes at most.
  case descriptors(Limits, ListMemory, ByteCount?)

  /// The descriptors of an XDMA channel, from an address on.
  case xdma(Limits, UInt64, CardSide)
  /// The descriptors of a QDMA queue.
  case qdma(Limits, CardSide)

  /// The formats, by the names that users give them.
  enum Name: String, ExpressibleByArgument, CaseIterable {
    case table, json, ndjson, csv, sg
    case nvmePRP = "nvme-prp"
    case nvmeSGL = "nvme-sgl"
    case xdma, qdma

    /// Whether it is made for one command of an NVMe controller.
    var isNVMe: Bool { self == .nvmePRP || self == .nvmeSGL }
    /// Whether it tells of the engine's own memory too.
    var isOfCard: Bool { self == .xdma || self == .qdma }
    /// Whether it is for one transfer, and so for one file.
    var isForOneFile: Bool { isNVMe || isOfCard }
    /// Whether what it is made of lies in memory that the engine reads by itself.
    var isInMemory: Bool { isNVMe || self == .xdma }
  }

  /// Whether nothing can be told of places without addresses.
  var needsAddresses: Bool { if case .text(_, nil) = self { false } else { true } }

  /// The encoder, if the format is text.
  var text: (any TextMapEncoder.Type)? {
    if case .text(let encoder, _) = self { encoder } else { nil }
  }

  /// Whether it is one JSON object, which tells of failures too.
  var isJSON: Bool { text is JSONMapEncoder.Type }

  /// Whether it tells programs of failures: among its objects, or as objects of their own.
  var tellsFailures: Bool { isJSON || text is NDJSONMapEncoder.Type }

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
    case .pages(let limits, let memory, let most):
      CommandMapEncoder(
        try CommandLists(of: map, segments, atMost: most, in: memory) {
          (part, own, memory) throws(Failure) in
          try PRPList(of: part, own, under: limits, in: memory)
        })
    case .descriptors(let limits, let memory, let most):
      CommandMapEncoder(
        try CommandLists(of: map, segments, atMost: most, in: memory) {
          (part, own, memory) throws(Failure) in
          try SGLList(of: part, own, under: limits, in: memory)
        })
    case .xdma(let limits, let base, let card):
      EngineMapEncoder(map, try XDMAList(of: map, segments, under: limits, at: base, card))
    case .qdma(let limits, let card):
      EngineMapEncoder(map, try QDMAList(of: map, segments, under: limits, card))
    }
  }
}

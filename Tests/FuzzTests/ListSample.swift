import Linux
import SystemPackage
import TestSupport

@testable import Iopmem

/// A file's segments and what an engine takes, of a target's bytes.
struct ListSample {
  let limits: Limits
  let listBase: UInt64?
  let pageSize: ByteCount
  let card: CardSide
  private let map: FileMap
  private let segments: [Segment]

  /// The sample of these bytes; nil where they make no sense together.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 46 else { return nil }
    func optional(_ offset: Int) -> ByteCount? {
      bytes[offset] == 0 ? nil : ByteCount(1 << UInt64(bytes[offset] & 63))
    }
    guard
      let limits = try? Limits(
        maxSegment: bytes.number(0, 4) == 0 ? nil : ByteCount(bytes.number(0, 4)),
        boundary: optional(4), alignment: optional(5) ?? ByteCount(1),
        addressBits: bytes[6] == 0 ? 64 : bytes[6],
        maxSegments: bytes[7] == 0 ? nil : UInt64(bytes[7]) << 4)
    else { return nil }
    self.limits = limits
    let isNowhere = bytes[8] & 1 != 0
    pageSize = ByteCount(4096 << UInt64(bytes[8] >> 4))
    listBase = isNowhere ? nil : bytes.number(16, 8)
    card = CardSide(bytes[8] & 2 == 0 ? .hostToCard : .cardToHost, base: bytes.number(24, 8))
    let origin = bytes.number(32, 8)
    var segments: [Segment] = []
    var offset: UInt64 = 0
    // In bytes, words, sectors or pages.
    let scale = [0, 2, 9, 12][Int(bytes[9] & 3)] as UInt64
    for run in stride(from: 40, to: bytes.count - 5, by: 6).prefix(4096) {
      let length = (1 + bytes.number(run + 4, 2)) << scale
      segments.append(
        Segment(
          fileOffset: FileOffset(offset), barOffset: BarOffset(bytes.number(run, 4) << scale),
          length: ByteCount(length)))
      offset += length
    }
    // Pieces without number are nothing new.
    let piece = min(limits.maxSegment ?? .page, limits.boundary ?? .page, .page)
    guard piece > .zero, offset / piece.rawValue < 1 << 14 else { return nil }
    self.segments = segments
    let length = ByteCount(.max - origin)
    guard
      let window = try? Window(
        source: .given, start: BarOffset(0), length: length, barLength: length, busBase: origin),
      let uuid = VolumeUUID(bytes: [UInt8](repeating: 7, count: 16))
    else { return nil }
    map = FileMap(
      path: "/file", size: ByteCount(offset),
      identity: FileIdentity(fileSystem: uuid, inode: 12, generation: 0), fileSystem: "ext4",
      device: "/dev/iopmem0", window: window, dax: true, pinned: false, overrides: [],
      range: FileOffset(0)..<FileOffset(offset), holeBytes: .zero,
      fingerprint: Fingerprint(high: 1, low: 2))
  }

  /// What an engine must make of it.
  var runs: [NVMeController.Run] {
    // A list is refused where a sum has no room.
    segments.map {
      NVMeController.Run(
        address: (map.engineOrigin ?? 0) &+ $0.barOffset.rawValue, length: $0.length.rawValue)
    }.safelyJoined
  }

  func controller(_ stream: EngineStream) -> NVMeController {
    NVMeController(
      pageSize: pageSize.rawValue, listBase: listBase ?? 0, list: stream.records)
  }

  /// The memory of the file that moves reach; the card's must be a row.
  func runs(of moves: [CardEngine.Move]) throws -> [NVMeController.Run] {
    var place = card.base
    return try moves.map { move in
      let isRead = card.direction == .hostToCard
      try FuzzTests.hold((isRead ? move.destination : move.source) == place, "\(move) at \(place)")
      place &+= move.length
      return NVMeController.Run(
        address: isRead ? move.source : move.destination, length: move.length)
    }
  }

  /// Makes a list, and holds what its engine reads against the file.
  func hold<List: EngineList>(
    _ runs: [NVMeController.Run],
    _ make: (FileMap, borrowing SegmentList) throws(Failure) -> List,
    reading read: (EngineStream) throws -> [NVMeController.Run]
  ) throws {
    var list = SegmentList()
    for segment in segments { try list.append(segment) }
    var bytes: [UInt8] = []
    do throws(Failure) {
      let made = try make(map, list)
      bytes.append(records: [EngineListHeader(of: made, map)])
      try made.forEachRun(of: list) { (run) throws(Failure) in bytes.append(records: run) }
    } catch { return try FuzzTests.hold(error) }
    let stream = try EngineStream(bytes)
    let found: [NVMeController.Run]
    do { found = try read(stream) } catch { throw Broken(what: "\(List.kind): \(error)") }
    try FuzzTests.hold(
      found.safelyJoined == runs, "\(List.kind): \(found) are not \(runs)")
    for run in found {
      let (last, overflow) = run.address.addingReportingOverflow(run.length - 1)
      try FuzzTests.hold(
        !overflow && last <= limits.lastAddress, "\(List.kind): \(run) is out of reach")
    }
  }
}

extension [NVMeController.Run] {
  /// The same bytes in as few runs as can be, wherever they end.
  fileprivate var safelyJoined: [NVMeController.Run] {
    reduce(into: []) { runs, next in
      if let last = runs.last, last.address &+ last.length == next.address {
        runs[runs.count - 1].length += next.length
      } else {
        runs.append(next)
      }
    }
  }
}

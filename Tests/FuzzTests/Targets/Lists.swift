import Linux
import SystemPackage
import TestSupport

@testable import Iopmem

extension FuzzTarget {
  /// What engines are handed, read as they read it: each byte of the file, in order, and no other.
  ///
  /// A header of 40 bytes, and runs of 6: the numbers are scaled so that many of them fit together.
  static let lists = FuzzTarget(
    name: "lists",
    read: { bytes, _ in
      guard let sample = ListSample(bytes) else { return }
      let runs = sample.runs
      let total = runs.reduce(0) { $0 + $1.length }
      try sample.hold(runs) { (map, segments) throws(Failure) in
        try SegmentRecords(of: map, segments, under: sample.limits)
      } reading: { stream in
        stream.segments.map { NVMeController.Run(address: $0.address, length: $0.length) }
      }
      if let memory = try? ListMemory.pages(base: sample.listBase, pageSize: sample.pageSize) {
        try sample.hold(runs) { (map, segments) throws(Failure) in
          try PRPList(of: map, segments, under: sample.limits, in: memory)
        } reading: { stream in
          try sample.controller(stream).runs(
            physicalRegionPages: stream.dataPointer, bytes: total)
        }
      }
      if let memory = try? ListMemory.descriptors(base: sample.listBase, pageSize: sample.pageSize)
      {
        try sample.hold(runs) { (map, segments) throws(Failure) in
          try SGLList(of: map, segments, under: sample.limits, in: memory)
        } reading: { stream in
          try sample.controller(stream).runs(scatterGatherList: stream.dataPointer, bytes: total)
        }
      }
      try sample.hold(runs) { (map, segments) throws(Failure) in
        try XDMAList(
          of: map, segments, under: sample.limits, at: sample.listBase ?? 0, sample.card)
      } reading: { stream in
        let moves = try CardEngine.moves(
          xdma: stream.records, at: sample.listBase ?? 0, first: stream.dataPointer.number(0, 8),
          adjacent: stream.dataPointer.number(8, 8))
        return try sample.runs(of: moves)
      }
      try sample.hold(runs) { (map, segments) throws(Failure) in
        try QDMAList(of: map, segments, under: sample.limits, sample.card)
      } reading: { stream in
        try sample.runs(of: CardEngine.moves(qdma: stream.records, lengthBits: 28))
      }
    })
}

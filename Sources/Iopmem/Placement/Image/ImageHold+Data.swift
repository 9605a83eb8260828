internal import Linux
internal import SystemPackage

extension ImageHold {
  /// Writes the bytes of all files of a plan, and waits until they are on the device.
  func write(
    _ plan: ImagePlan, total: ByteCount, blockSize: ByteCount, _ progress: PlacementProgress?
  ) throws(Failure) {
    var copier = FileCopier(total: total, progress: progress)
    let data = try openForData(blockSize: blockSize)
    for planned in plan.entries {
      try copier.copy(planned.entry, blockSize: blockSize) {
        (buffer, offset, count) throws(Failure) in
        // The pieces of the file that this part of the buffer falls on.
        var logical: UInt64 = 0
        for run in planned.runs {
          let end = logical + run.length.rawValue
          let first = max(offset, logical)
          let last = min(offset + UInt64(count), end)
          if first < last {
            try explain(path, "cannot write") { () throws(Errno) in
              try buffer.write(
                Int(first - offset)..<Int(last - offset), to: data,
                at: self.offset + run.start.rawValue + (first - logical))
            }
          }
          logical = end
        }
      }
    }
    try explain(path, "cannot write") { () throws(Errno) in try data.synchronize() }
  }
}

import TestSupport

// What main.c calls, for libFuzzer.

/// The target that the environment names, and a folder for it.
private let chosen: (target: FuzzTarget, folder: TestSupport.TemporaryFolder) = {
  let name = Project.environment("IOPMEM_FUZZ_TARGET") ?? ""
  guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
    fatalError("IOPMEM_FUZZ_TARGET is one of \(FuzzTarget.all.map(\.name))")
  }
  guard let folder = try? TestSupport.TemporaryFolder() else { fatalError("no folder in TMPDIR") }
  return (target, folder)
}()

/// Reads an input, and traps where something does not hold.
@c(iopmem_fuzz_read)
public func fuzzRead(_ data: UnsafePointer<UInt8>?, _ count: Int) {
  do {
    try chosen.target.read(
      unsafe Array(UnsafeBufferPointer(start: data, count: count)), chosen.folder)
  } catch { fatalError("\(error)") }
}

/// Changes an input by what it means; 0 where the target has no such way.
@c(iopmem_fuzz_change)
public func fuzzChange(
  _ data: UnsafeMutablePointer<UInt8>?, _ count: Int, _ capacity: Int, _ seed: UInt32
) -> Int {
  var random = SplitMix64(seed: UInt64(seed))
  let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: count))
  return unsafe give(chosen.target.change(bytes, &random), to: data, capacity)
}

/// Repairs an input that libFuzzer changed; 0 where the target has no need.
@c(iopmem_fuzz_repair)
public func fuzzRepair(
  _ data: UnsafeMutablePointer<UInt8>?, _ count: Int, _ capacity: Int
) -> Int {
  let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: count))
  return unsafe give(chosen.target.repair(bytes), to: data, capacity)
}

private func give(
  _ bytes: [UInt8]?, to data: UnsafeMutablePointer<UInt8>?, _ capacity: Int
) -> Int {
  guard let bytes, bytes.count <= capacity else { return 0 }
  _ = unsafe UnsafeMutableBufferPointer(start: data, count: capacity).update(fromContentsOf: bytes)
  return bytes.count
}

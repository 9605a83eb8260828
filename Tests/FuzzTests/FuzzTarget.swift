import Iopmem
import Linux
import TestSupport

/// A part of the toolkit that reads what others wrote, and what must hold whatever that is.
///
/// A new one is a value in `all`, seeds in `fixtures/fuzz/NAME`, and a line in TESTING.md.
struct FuzzTarget: Sendable, CustomStringConvertible {
  /// What `make fuzz TARGET=` and the folder of seeds call it.
  let name: String
  /// Reads the bytes, with a folder to put them into.
  /// - Throws: `Broken` when something that must hold does not.
  let read: @Sendable ([UInt8], TestSupport.TemporaryFolder) throws -> Void
  /// Changes bytes by what they mean; as libFuzzer changes any, by default.
  var change: @Sendable ([UInt8], inout SplitMix64) -> [UInt8]? = { _, _ in nil }
  /// Repairs what libFuzzer changed: lengths, checksums.
  var repair: @Sendable ([UInt8]) -> [UInt8]? = { _ in nil }

  static let all: [FuzzTarget] = [
    .image, .placing, .xfs, .partitions, .config, .texts, .machine, .savedMaps, .manifest, .lists,
    .arguments,
  ]

  var description: String { name }
}

/// Something that must hold, and does not.
struct Broken: Error {
  let what: String
}

/// Holds something of a target.
func hold(_ isTrue: Bool, _ what: @autoclosure () -> String) throws(Broken) {
  if !isTrue { throw Broken(what: what()) }
}

/// Holds that a failure has a status of its own, and is told on one line that no name can forge.
func hold(_ failure: Failure) throws(Broken) {
  try hold([1, 2, 3, 64].contains(failure.code.exitStatus), "status \(failure.code.exitStatus)")
  try hold(!failure.reason.isEmpty, "fails without a reason")
  try hold(
    failure.message.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F },
    "forges a line: \(failure.message.debugDescription)")
}

/// What was read; nil where it was refused, as it may be.
func answer<Value: ~Copyable>(_ body: () throws(Failure) -> Value) throws(Broken) -> Value? {
  do throws(Failure) { return try body() } catch {
    try hold(error)
    return nil
  }
}

internal import Linux
internal import Signature

/// What stands in the way of overwriting a device.
struct ExistingContent {
  /// What libblkid recognises.
  var content: DeviceContent
  /// Whether the first MiB holds anything but zeros.
  var startIsUsed: Bool
  /// Whether the last MiB does.
  var endIsUsed: Bool
  /// The first byte of a part of an image that is not zero, counted from the image's start.
  var firstUse: UInt64?
  /// What the image as a whole holds, where its part is one by the caller's word alone.
  var surroundings: DeviceContent?
  /// What the partition is for by its type, if that is no file system.
  var purpose: String?

  /// Why the device should not be overwritten, as a sentence; nil if it is blank.
  var objection: String? {
    if let purpose { return "is for \(purpose) by its type in the partition table" }
    if case .found(let signature)? = surroundings {
      return "holds " + Self.describe(signature) + " as a whole"
    }
    switch content {
    case .found(let signature): return "holds " + Self.describe(signature)
    case .ambivalent(let signatures):
      let names = signatures.map(Self.describe).joined(separator: "; ")
      return "holds signatures of several things" + (names.isEmpty ? "" : ": " + names)
    case .unrecognised: break
    }
    if let firstUse { return "holds data that nothing recognises, at byte \(firstUse)" }
    switch (startIsUsed, endIsUsed) {
    case (true, true): return "holds data that nothing recognises in its first and last MiB"
    case (true, false): return "holds data that nothing recognises in its first MiB"
    case (false, true): return "holds data that nothing recognises in its last MiB"
    case (false, false): return nil
    }
  }

  private static func describe(_ signature: KnownSignature) -> String {
    let what =
      switch signature.kind {
      case .filesystem: "a file system"
      case .raid: "a member of an array"
      case .crypto: "an encrypted volume"
      case .partitionTable: "a partition table"
      case .other: "data"
      }
    // A label is somebody else's text: as a Swift literal it can forge no line.
    let label =
      signature.label.map {
        " labelled \(String(decoding: $0, as: UTF8.self).debugDescription)"
      } ?? ""
    return "\(what) (\(signature.type))" + label + (signature.uuid.map { ", UUID \($0)" } ?? "")
  }
}

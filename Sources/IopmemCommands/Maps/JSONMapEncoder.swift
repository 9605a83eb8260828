internal import Iopmem

/// Encodes maps as one JSON object, written as it comes: schema `iopmem.fiemap/1`.
final class JSONMapEncoder: TextMapEncoder {
  static let opening: StaticString = #"{"schema":"iopmem.fiemap/1","files":["#
  static let separator: StaticString = ","

  /// The end of the array of files, which was written by hand, and the errors as the object's last
  /// member.
  static func closing(_ failures: [Failure]) -> [UInt8] {
    var object = JSONRenderer<[UInt8]>([])
    object.beginObject()
    object.errors(failures)
    object.endObject()
    object.finish()
    return Array("],".utf8) + object.sink.dropFirst()
  }

  let transfer: Transfer?
  private let map: FileMap
  private let beginning: [UInt8]

  init(_ map: FileMap, cutBy transfer: Transfer?, segmentCount: UInt64) {
    self.map = map
    self.transfer = transfer
    beginning = map.beginJSON(segmentCount: segmentCount, last: "segments")
  }

  func begin(_ bytes: inout [UInt8], columns: Int?) {
    bytes.append(contentsOf: beginning)
    bytes.append("[")
  }

  func row(_ segment: Segment, _ bytes: inout [UInt8]) { map.appendJSON(segment, to: &bytes) }

  func end(_ bytes: inout [UInt8]) { bytes.append("]}") }
}

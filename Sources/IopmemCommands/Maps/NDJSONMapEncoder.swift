internal import Iopmem

/// Encodes maps as a JSON object a line for each segment, with all that is known of its file:
/// schema `iopmem.fiemap.segment/1`; of a file that is refused an object `iopmem.fiemap.error/1`.
final class NDJSONMapEncoder: TextMapEncoder {
  let transfer: Transfer?
  private let map: FileMap
  private let beginning: [UInt8]

  init(_ map: FileMap, cutBy transfer: Transfer?, segmentCount: UInt64) {
    self.map = map
    self.transfer = transfer
    beginning = map.beginJSON(
      schema: "iopmem.fiemap.segment/1", segmentCount: segmentCount, last: "segment")
  }

  static func refusal(_ failure: Failure) -> [UInt8] {
    var object = JSONRenderer<[UInt8]>([])
    object.beginObject()
    object.member("schema", "iopmem.fiemap.error/1")
    object.members(of: failure)
    object.endObject()
    object.finish()
    return object.sink
  }

  func row(_ segment: Segment, _ bytes: inout [UInt8]) {
    bytes.append(contentsOf: beginning)
    map.appendJSON(segment, to: &bytes)
    bytes.append("}\n")
  }
}

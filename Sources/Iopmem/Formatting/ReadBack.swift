/// What was read back of a new file system.
struct ReadBack {
  var blockSize: ByteCount
  var length: ByteCount
  var uuid: VolumeUUID?
  var label: [UInt8]
  var runs: LargestRuns
  /// What is wrong, as clauses.
  var problems: [String]
  /// What is right, as clauses.
  var verified: [String]

  /// Checks what both types of file system promise.
  mutating func compare(
    with request: FormatRequest, _ geometry: FormatGeometry
  ) throws(Failure) {
    let promise = try FormatPlan.promise(for: request, on: geometry)
    expect(
      blockSize == .page, "blocks of \(blockSize.rawValue) bytes, a page each",
      else: "blocks have \(blockSize.rawValue) bytes, and DAX needs a page")
    expect(
      length <= geometry.length, "inside the device",
      else: "file system passes the end of the device")
    expect(
      uuid != nil && (request.uuid == nil || request.uuid == uuid), "UUID",
      else: "UUID is not the one asked for")
    expect(label == request.label ?? [], "label", else: "label is not the one asked for")
    expect(
      runs.aligned != nil, "free space that is aligned",
      else: "no free space is aligned to \(runs.alignment.rawValue) bytes")
    let longest = runs.aligned?.length ?? .zero
    expect(
      longest >= promise, "as much of it together as planned",
      else: "the largest aligned run has \(longest.rawValue) bytes, and the layout was to leave"
        + " at least \(promise.rawValue)")
  }

  mutating func expect(_ holds: Bool, _ fact: String, else problem: String) {
    if holds { verified.append(fact) } else { problems.append(problem) }
  }
}

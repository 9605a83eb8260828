/// Gathers records for those who take them in runs.
struct RecordBatch<Record: EngineRecord> {
  /// How many bytes are handed out together: what a cache holds.
  private static var enough: Int { 16_384 / MemoryLayout<Record>.stride }
  private var records: [Record] = []

  init() { records.reserveCapacity(Self.enough) }

  /// Takes a record, and calls a body with all of them when they are enough.
  mutating func append(
    _ record: Record, _ body: ([Record]) throws(Failure) -> Void
  ) throws(Failure) {
    records.append(record)
    if records.count == Self.enough { try finish(body) }
  }

  /// Calls a body with those that are left.
  mutating func finish(_ body: ([Record]) throws(Failure) -> Void) throws(Failure) {
    if !records.isEmpty { try body(records) }
    records.removeAll(keepingCapacity: true)
  }
}

internal import Iopmem
internal import Linux
internal import SystemPackage

/// Takes the bytes of a JSON text.
protocol JSONSink: ~Copyable {
  /// Why a sink takes no more.
  associatedtype Failure: Error
  /// Lets a renderer append to the bytes that have gathered.
  mutating func append(_ render: (inout [UInt8]) -> Void) throws(Failure)
  /// Passes on all that has gathered.
  mutating func flush() throws(Failure)
}

extension Output: JSONSink {}

extension [UInt8]: JSONSink {
  mutating func append(_ render: (inout [UInt8]) -> Void) { render(&self) }
  mutating func flush() {}
}

/// Writes a JSON document to a descriptor.
typealias JSONWriter = JSONRenderer<Output>

/// Renders JSON as it is told, one value after the other, so that no document is held in memory.
///
/// Integers are bytes and counts; addresses are hex strings, since parsers lose integers above
/// 2^53 (RFC 8259, section 6).
struct JSONRenderer<Sink: JSONSink & ~Copyable>: ~Copyable {
  /// Takes what is rendered.
  private(set) var sink: Sink
  /// For each open object or array: whether it has a member yet.
  private var hasMember: [Bool] = []
  private var afterKey = false

  init(_ sink: consuming Sink) { self.sink = sink }

  /// Opens an object; `endObject` closes it.
  mutating func beginObject() throws(Sink.Failure) { try open("{") }
  /// Closes the object.
  mutating func endObject() throws(Sink.Failure) { try close("}") }
  /// Opens an array; `endArray` closes it.
  mutating func beginArray() throws(Sink.Failure) { try open("[") }
  /// Closes the array.
  mutating func endArray() throws(Sink.Failure) { try close("]") }

  /// Names the next value.
  mutating func key(_ name: StaticString) throws(Sink.Failure) {
    try separate()
    try sink.append {
      $0.append("\"")
      $0.append(name)
      $0.append("\":")
    }
    afterKey = true
  }

  /// Writes a string; nil is null.
  mutating func value(_ text: String?) throws(Sink.Failure) {
    guard let text else { return try literal("null") }
    try separate()
    try sink.append { $0.append(jsonString: text) }
  }

  /// Writes a number; nil is null.
  mutating func value(_ number: (some BinaryInteger)?) throws(Sink.Failure) {
    try literal(number.map { String($0) } ?? "null")
  }

  /// Writes true, false or null.
  mutating func value(_ flag: Bool?) throws(Sink.Failure) {
    try literal(flag.map { $0 ? "true" : "false" } ?? "null")
  }

  /// Writes a member with a string; nil is null.
  mutating func member(_ name: StaticString, _ text: String?) throws(Sink.Failure) {
    try key(name)
    try value(text)
  }

  /// Writes a member with a number; nil is null.
  mutating func member(
    _ name: StaticString, _ number: (some BinaryInteger)?
  ) throws(Sink.Failure) {
    try key(name)
    try value(number)
  }

  /// Writes a member with true, false or null.
  mutating func member(_ name: StaticString, _ flag: Bool?) throws(Sink.Failure) {
    try key(name)
    try value(flag)
  }

  /// Writes a member with an address, as a string of hex digits after `0x`; nil is null.
  mutating func member(_ name: StaticString, address: UInt64?) throws(Sink.Failure) {
    try member(name, address?.hex)
  }

  /// Writes a member with an array of strings.
  mutating func member(_ name: StaticString, _ texts: [String]) throws(Sink.Failure) {
    try key(name)
    try beginArray()
    for text in texts { try value(text) }
    try endArray()
  }

  /// Writes a name as two members: readable text always, and the exact bytes in hex if the text had
  /// to be repaired, else null.
  mutating func name(
    _ key: StaticString, _ exactKey: StaticString, _ path: FilePath?
  ) throws(Sink.Failure) {
    try name(key, exactKey, bytes: path?.bytes)
  }

  /// Writes a name that is not a path, as two members in the same way.
  mutating func name(
    _ key: StaticString, _ exactKey: StaticString, bytes: [UInt8]?
  ) throws(Sink.Failure) {
    try member(key, bytes.map { String(decoding: $0, as: UTF8.self) })
    try member(exactKey, bytes.flatMap(\.hexUnlessText))
  }

  /// Ends the document with a newline, and passes on all of it.
  mutating func finish() throws(Sink.Failure) {
    try sink.append { $0.append("\n") }
    try sink.flush()
  }

  private mutating func literal(_ text: String) throws(Sink.Failure) {
    try separate()
    try sink.append { $0.append(text: text) }
  }

  private mutating func open(_ bracket: StaticString) throws(Sink.Failure) {
    try separate()
    try sink.append { $0.append(bracket) }
    hasMember.append(false)
  }

  private mutating func close(_ bracket: StaticString) throws(Sink.Failure) {
    hasMember.removeLast()
    try sink.append { $0.append(bracket) }
  }

  /// Writes the comma between members.
  private mutating func separate() throws(Sink.Failure) {
    if afterKey {
      afterKey = false
      return
    }
    guard let last = hasMember.indices.last else { return }
    if hasMember[last] { try sink.append { $0.append(",") } }
    hasMember[last] = true
  }
}

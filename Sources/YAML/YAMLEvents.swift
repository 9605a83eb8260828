internal import CYaml

/// The events of a YAML text, one after the other.
///
/// The corresponding C type is `yaml_parser_t`, yaml.h.
@safe struct YAMLEvents: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let event: UnsafeMutablePointer<yaml_event_t>
  /// The parser reads from here until its end.
  private let text: UnsafeMutableBufferPointer<UInt8>

  private let json: JSONText

  /// The first event of a text.
  init(_ json: JSONText) throws(YAMLMistake) {
    let bytes = json.bytes
    self.json = json
    unsafe parser = .allocate(capacity: 1)
    unsafe event = .allocate(capacity: 1)
    unsafe text = .allocate(capacity: bytes.count)
    _ = unsafe text.initialize(from: bytes)
    unsafe event.initialize(to: yaml_event_t())
    unsafe parser.initialize(to: yaml_parser_t())
    let isReady = unsafe yaml_parser_initialize(parser) == 1
    guard isReady else {
      throw YAMLMistake(position: YAMLPosition(line: 1, column: 1), message: "memory is short")
    }
    unsafe yaml_parser_set_input_string(parser, text.baseAddress, text.count)
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    try advance()
  }

  deinit {
    unsafe yaml_event_delete(event)
    unsafe yaml_parser_delete(parser)
    unsafe event.deallocate()
    unsafe parser.deallocate()
    unsafe text.deallocate()
  }

  /// What the current event is.
  var kind: yaml_event_type_t { unsafe event.pointee.type }

  /// Where the current event begins.
  var position: YAMLPosition {
    json.original(unsafe YAMLPosition(event.pointee.start_mark))
  }

  /// Goes on to the next event.
  mutating func advance() throws(YAMLMistake) {
    unsafe yaml_event_delete(event)
    guard unsafe yaml_parser_parse(parser, event) == 1 else {
      // What failed left no event.
      unsafe event.pointee = yaml_event_t()
      let mistake = unsafe YAMLMistake(parser.pointee, in: text)
      throw YAMLMistake(
        position: json.original(json.inside(mistake.position)), message: mistake.message)
    }
  }

  /// The current event's text, and whether it has no quotes.
  func scalar() throws(YAMLMistake) -> (text: String, isPlain: Bool) {
    let scalar = unsafe event.pointee.data.scalar
    try unsafe expectPlain(scalar.anchor, scalar.tag)
    let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
    // libyaml has checked that it is UTF-8.
    let text = unsafe String(decoding: bytes, as: UTF8.self)
    return (text, unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE)
  }

  /// Checks that a sequence or mapping begins without anchor and tag.
  func expectPlainStart() throws(YAMLMistake) {
    if kind == YAML_SEQUENCE_START_EVENT {
      let start = unsafe event.pointee.data.sequence_start
      try unsafe expectPlain(start.anchor, start.tag)
    } else {
      let start = unsafe event.pointee.data.mapping_start
      try unsafe expectPlain(start.anchor, start.tag)
    }
  }

  /// Checks that the current event is of a kind.
  func expect(_ kind: yaml_event_type_t) throws(YAMLMistake) {
    if self.kind != kind { throw mistake("is no YAML") }
  }

  /// A mistake at the current event.
  func mistake(_ message: String) -> YAMLMistake {
    let start = unsafe YAMLPosition(event.pointee.start_mark)
    return YAMLMistake(position: json.original(json.inside(start)), message: message)
  }

  private func expectPlain(
    _ anchor: UnsafeMutablePointer<yaml_char_t>?, _ tag: UnsafeMutablePointer<yaml_char_t>?
  ) throws(YAMLMistake) {
    if unsafe anchor != nil { throw mistake("anchors are not taken") }
    if unsafe tag != nil { throw mistake("tags are not taken") }
  }
}

extension YAMLPosition {
  /// A mark of libyaml's, which counts from 0.
  init(_ mark: yaml_mark_t) {
    self.init(line: Int(clamping: mark.line) &+ 1, column: Int(clamping: mark.column) &+ 1)
  }
}

extension YAMLMistake {
  /// Why the parser of a text goes no further.
  init(_ parser: yaml_parser_t, in text: UnsafeMutableBufferPointer<UInt8>) {
    let problem = unsafe parser.problem.map { unsafe String(cString: $0) } ?? "is no YAML"
    guard unsafe parser.error == YAML_READER_ERROR else {
      self.init(position: unsafe YAMLPosition(parser.problem_mark), message: problem)
      return
    }
    // What is no text has no mark, but the number of its byte.
    let before = unsafe text.prefix(Int(clamping: parser.problem_offset))
    let lines = unsafe before.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let column = unsafe (lines.last?.count ?? 0) + 1
    self.init(position: YAMLPosition(line: unsafe lines.count, column: column), message: problem)
  }
}

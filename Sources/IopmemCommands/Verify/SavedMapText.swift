/// A look over a text of JSON before it is decoded, for what the decoder bears and others read otherwise,
/// or what takes more memory than its bytes.
struct SavedMapText {
  enum Mistake: Error, Equatable {
    /// It has more values than are read.
    case tooManyValues
    /// Objects and arrays lie in each other deeper than the decoder goes.
    case tooDeep
    /// It is no UTF-8, which a decoder may find out and take.
    case otherEncoding
    /// An object has a key twice. Of two values the decoder here takes the first, and those of other
    /// programs the last (RFC 8259, section 4).
    case repeatedKey(String)
    /// A key is written with an escape, and may be another one's equal.
    case escapedKey
  }

  /// An object or an array that is not at its end.
  private struct Level {
    let isObject: Bool
    /// Whether the next string is a key.
    var isKeyNext: Bool
    var keys: Set<ArraySlice<UInt8>> = []

    init(isObject: Bool) { (self.isObject, isKeyNext) = (isObject, isObject) }
  }

  /// What `JSONDecoder` goes into.
  private static let mostLevels = 512

  private let text: [UInt8]
  private var levels: [Level] = []

  /// Looks over a text. What is no JSON is the decoder's to find.
  /// - Parameter mostValues: how many values it may have: one more than there are commas.
  static func check(_ text: [UInt8], mostValues: Int) throws(Mistake) {
    var look = SavedMapText(text: text)
    try look.run(mostValues)
  }

  private init(text: [UInt8]) { self.text = text }

  private mutating func run(_ mostValues: Int) throws(Mistake) {
    var values = 1
    var index = 0
    while index < text.count {
      switch text[index] {
      case UInt8(ascii: "\""): index = try passString(from: index + 1)
      case UInt8(ascii: "{"), UInt8(ascii: "["):
        if levels.count == Self.mostLevels { throw .tooDeep }
        levels.append(Level(isObject: text[index] == UInt8(ascii: "{")))
      case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = levels.popLast()
      case UInt8(ascii: ","):
        values += 1
        if values > mostValues { throw .tooManyValues }
        if let last = levels.indices.last { levels[last].isKeyNext = levels[last].isObject }
      case 0: throw .otherEncoding
      default: break
      }
      index += 1
    }
  }

  /// Passes a string, and keeps it if it is a key.
  /// - Returns: where its closing quote is, or the end of the text.
  private mutating func passString(from start: Int) throws(Mistake) -> Int {
    var end = start
    var isEscaped = false
    while end < text.count, text[end] != UInt8(ascii: "\"") {
      if text[end] == UInt8(ascii: "\\") {
        isEscaped = true
        end += 1
      }
      end += 1
    }
    end = min(end, text.count)
    guard let last = levels.indices.last, levels[last].isKeyNext else { return end }
    if isEscaped { throw .escapedKey }
    guard levels[last].keys.insert(text[start..<end]).inserted else {
      throw .repeatedKey(String(decoding: text[start..<end].prefix(64), as: UTF8.self))
    }
    levels[last].isKeyNext = false
    return end
  }
}

/// One option of a tool, as getopt(3) takes a command line apart.
struct ToolOption: Hashable {
  /// The letter.
  var letter: Character
  /// What follows it, as bytes; nil for an option that takes nothing.
  var bytes: [UInt8]?

  /// The same as text, for comparisons and messages.
  var value: String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

  /// The options of a command line, in order.
  /// - Throws: `Refusal` for what is no option of the tool.
  static func all(
    _ arguments: [[UInt8]], flags: String, valued: String
  ) throws(ExtraOptions.Refusal) -> [ToolOption] {
    var options: [ToolOption] = []
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      var letters = argument.dropFirst()
      guard argument.first == UInt8(ascii: "-"), let first = letters.first,
        first != UInt8(ascii: "-")
      else { throw .init(String(decoding: argument, as: UTF8.self), "it is no option of the tool") }
      while let byte = letters.popFirst() {
        let letter = Character(Unicode.Scalar(byte))
        if flags.contains(letter) {
          options.append(ToolOption(letter: letter))
        } else if valued.contains(letter) {
          // The value is what is left of the argument, or else the next one.
          guard let value = letters.isEmpty ? rest.popFirst() : Array(letters) else {
            throw .init("-\(letter)", "needs a value")
          }
          options.append(ToolOption(letter: letter, bytes: value))
          letters = []
        } else {
          throw .init("-\(letter)", "is no option that is known here")
        }
      }
    }
    return options
  }

  /// The parts of a list of suboptions.
  var parts: [Part] {
    (value ?? "").split(separator: ",", omittingEmptySubsequences: false).map { text in
      let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      return Part(name: String(halves[0]), value: halves.count > 1 ? String(halves[1]) : nil)
    }
  }

  /// A suboption: `name` or `name=value`.
  struct Part: Hashable {
    var name: String
    var value: String?

    var text: String { value.map { "\(name)=\($0)" } ?? name }

    /// Whether two values mean the same: both tools take a switch without a value for 1, and
    /// numbers with suffixes of powers of 1024.
    func agrees(with other: Part) -> Bool {
      value == other.value || Self.number(value ?? "1") == Self.number(other.value ?? "1")
    }

    /// The number that a value stands for; texts that are none are equal to no other.
    private static func number(_ text: String) -> Value {
      let suffixes = "kmgt"
      var digits = Substring(text.lowercased())
      var shift: UInt64 = 0
      if let last = digits.last, let power = suffixes.firstIndex(of: last) {
        shift = 10 * UInt64(suffixes.distance(from: suffixes.startIndex, to: power) + 1)
        digits = digits.dropLast()
      }
      guard digits.allSatisfy({ ("0"..."9").contains($0) }), let number = UInt64(digits) else {
        return .text(text)
      }
      let (product, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
      return overflow ? .text(text) : .number(product)
    }

    private enum Value: Equatable {
      case number(UInt64)
      case text(String)
    }
  }
}

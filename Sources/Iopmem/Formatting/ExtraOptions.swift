/// The operator's options for mke2fs(8) or mkfs.xfs(8), merged with those that make the layout.
///
/// Both tools let a later list of suboptions take the place of an earlier one, or refuse it, so
/// the lists become one. What could move the layout is refused, and so is what is not known.
struct ExtraOptions {
  /// What an option may do to the layout.
  enum Rule {
    /// Nothing: it is passed on.
    case harmless
    /// It must say what the layout says; the text names the way to choose it.
    case ours(instead: String)
    /// A list whose parts must say what ours say, or be among the harmless.
    case list(harmless: Set<String>, reasons: [String: String])
    /// It cannot be had, and why.
    case refused(String)
  }

  /// An option that is refused, and why.
  struct Refusal: Error {
    let option: String
    let reason: String

    init(_ option: String, _ reason: String) {
      self.option = option
      self.reason = reason
    }
  }

  /// Letters that take no value.
  let flags: String
  /// Letters that stand for another.
  let aliases: [Character: Character]
  /// Names of suboptions that stand for another.
  let partAliases: [String: String]
  /// The letter whose list names features, `^` before those that are not wanted.
  let features: Character?
  /// What each letter may do.
  let rules: [Character: Rule]

  /// Ours and theirs as one command line, without the device.
  /// - Throws: `Refusal` for the first option that contradicts the layout or is not known.
  func merged(_ ours: [[UInt8]], _ theirs: [[UInt8]]) throws(Refusal) -> [[UInt8]] {
    var options = try parsed(ours)
    for extra in try parsed(theirs) {
      let index = options.firstIndex { $0.letter == extra.letter }
      switch rules[extra.letter] {
      case .harmless:
        if let index { options[index] = extra } else { options.append(extra) }
      case .ours(let instead):
        try expectOurs(extra, index.map { options[$0] }, instead)
      case .list(let harmless, let reasons):
        let known = index.map { options[$0].parts } ?? []
        var added: [ToolOption.Part] = []
        for part in extra.parts.map(renamed) {
          let isNew =
            try extra.letter == features
            ? isNew(feature: part, extra.letter, known, harmless, reasons)
            : isNew(part, extra.letter, known, harmless, reasons)
          if isNew { added.append(part) }
        }
        guard !added.isEmpty else { continue }
        let list = Array(added.map(\.text).joined(separator: ",").utf8)
        if let index, let ours = options[index].bytes {
          options[index].bytes = ours + Array(",".utf8) + list
        } else {
          options.append(ToolOption(letter: extra.letter, bytes: list))
        }
      case .refused(let reason):
        throw Refusal("-\(extra.letter)" + (extra.value.map { " \($0)" } ?? ""), reason)
      case nil:
        throw Refusal("-\(extra.letter)", "is no option that is known here")
      }
    }
    return options.flatMap { option in
      [Array("-\(option.letter)".utf8)] + (option.bytes.map { [$0] } ?? [])
    }
  }

  private func parsed(_ arguments: [[UInt8]]) throws(Refusal) -> [ToolOption] {
    let known = Set(rules.keys).union(aliases.keys)
    let valued = String(known.filter { !flags.contains($0) })
    return try ToolOption.all(arguments, flags: flags, valued: valued).map { option in
      ToolOption(letter: aliases[option.letter] ?? option.letter, bytes: option.bytes)
    }
  }

  private func renamed(_ part: ToolOption.Part) -> ToolOption.Part {
    let off = part.name.hasPrefix("^") ? "^" : ""
    let name = String(part.name.dropFirst(off.count))
    return ToolOption.Part(name: off + (partAliases[name] ?? name), value: part.value)
  }

  private func expectOurs(
    _ extra: ToolOption, _ ours: ToolOption?, _ instead: String
  ) throws(Refusal) {
    let given = ToolOption.Part(name: "", value: extra.value)
    if let ours, given.agrees(with: ToolOption.Part(name: "", value: ours.value)) { return }
    let layout = ours.map { "the layout has -\($0.letter) \($0.value ?? "")" }
    throw Refusal(
      "-\(extra.letter) \(extra.value ?? "")",
      [layout, instead].compactMap { $0 }.joined(separator: "; "))
  }

  /// Whether a suboption is to be added.
  private func isNew(
    _ part: ToolOption.Part, _ letter: Character, _ known: [ToolOption.Part],
    _ harmless: Set<String>, _ reasons: [String: String]
  ) throws(Refusal) -> Bool {
    let option = "-\(letter) \(part.text)"
    if let ours = known.first(where: { $0.name == part.name }) {
      if part.agrees(with: ours) { return false }
      if !harmless.contains(part.name) { throw Refusal(option, "the layout has \(ours.text)") }
      throw Refusal(option, "is given twice")
    }
    guard harmless.contains(part.name) else {
      throw Refusal(option, reasons[part.name] ?? Self.unknown)
    }
    return true
  }

  /// Whether a feature is to be added: those that are not wanted are off without it.
  private func isNew(
    feature: ToolOption.Part, _ letter: Character, _ known: [ToolOption.Part],
    _ harmless: Set<String>, _ reasons: [String: String]
  ) throws(Refusal) -> Bool {
    let option = "-\(letter) \(feature.text)"
    let isOff = feature.name.hasPrefix("^")
    let name = isOff ? String(feature.name.dropFirst()) : feature.name
    let isOurs = name != "none" && known.contains { $0.name == name }
    if isOff && isOurs { throw Refusal(option, "the layout needs it") }
    if isOff || isOurs { return false }
    guard harmless.contains(name), feature.value == nil else {
      throw Refusal(option, reasons[name] ?? Self.unknown)
    }
    return true
  }

  private static let unknown = "it is not known to leave the layout as it is"
}

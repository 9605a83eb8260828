/// A sign of a picture of `check`, the same in every form of it.
enum PictureSign: CaseIterable {
  case arrives, turns, caution, unseen, blocked

  /// How it is drawn.
  /// - Parameter hasSigns: whether characters beyond ASCII can be shown.
  func text(hasSigns: Bool = true) -> String {
    switch self {
    case .arrives: hasSigns ? "✓" : "+"
    case .turns: hasSigns ? "↩" : "<"
    case .caution: "!"
    case .unseen: "?"
    case .blocked: hasSigns ? "✗" : "x"
    }
  }

  /// What it means, in the legend.
  var meaning: String {
    switch self {
    case .arrives: "requests arrive, by this address"
    case .turns: "requests turn here"
    case .caution: "mind this"
    case .unseen: "cannot be judged, for what is not to be seen"
    case .blocked: "no address: requests end here"
    }
  }

  /// How it looks.
  var tone: PictureTone {
    switch self {
    case .arrives: .good
    case .turns: .turn
    case .caution: .caution
    case .unseen, .blocked: .bad
    }
  }
}

/// What a part of a picture looks like, on a terminal and elsewhere.
enum PictureTone {
  case plain, provider, good, turn, caution, bad

  /// The colour of lines and letters.
  var line: String {
    switch self {
    case .plain: "#57606a"
    case .provider: "#0550ae"
    case .good: "#116329"
    case .turn, .caution: "#7d4e00"
    case .bad: "#a40e26"
    }
  }

  /// The colour of a box.
  var fill: String {
    switch self {
    case .plain: "#f6f8fa"
    case .provider: "#ddf4ff"
    case .good: "#dafbe1"
    case .turn, .caution: "#fff8c5"
    case .bad: "#ffebe9"
    }
  }

  /// How text stands out on a terminal; nil for text that does not.
  var rendition: Terminal.Rendition? {
    switch self {
    case .plain: nil
    case .provider: .bold
    case .good: .green
    case .turn, .caution: .yellow
    case .bad: .red
    }
  }
}

internal import Iopmem

extension CheckPicture {
  /// The picture for a terminal.
  func tree(on terminal: Terminal) -> String {
    let children = Dictionary(grouping: boxes.indices, by: { boxes[$0].parent })
    let branches = TreeBranches(hasBoxes: terminal.hasBoxes)
    var text = WrappedText(columns: terminal.columns, indent: 2).sentence(heading) + "\n"
    // As deep as the boxes are, which is as deep as chains of functions are.
    func draw(_ index: Int, head: String, tail: String) {
      let below = children[index] ?? []
      let box = boxes[index]
      let inside = below.isEmpty ? "  " : branches.bar(way(of: below), on: terminal)
      let columns = terminal.columns.map { max(24, $0 - box.depth * 2 - 2) }
      text += head + box.title(columns, on: terminal).replacing("\n", with: "\n\(tail)\(inside)")
      text += "\n"
      for reason in box.reasons {
        let line = reason.text(columns, on: terminal)
        text += tail + inside + line.replacing("\n", with: "\n\(tail)\(inside)") + "\n"
      }
      for (position, child) in below.enumerated() {
        let later = below[(position + 1)...]
        let fork = branches.fork(
          boxes[child].way, later: way(of: later), isLast: later.isEmpty, on: terminal)
        let bar = later.isEmpty ? "  " : branches.bar(way(of: later), on: terminal)
        draw(child, head: tail + fork, tail: tail + bar)
      }
    }
    for root in children[nil] ?? [] { draw(root, head: "", tail: "") }
    return text + legend(on: terminal)
  }

  /// The best of what passes the lines to some boxes.
  private func way(of boxes: some Collection<Int>) -> Way? {
    boxes.map { self.boxes[$0].way }.best
  }

  private func legend(on terminal: Terminal) -> String {
    let hasSigns = terminal.hasBoxes
    let lines =
      legendOfSigns(hasSigns: hasSigns)
      + ways.map {
        Line(text: "\($0.text(hasSigns: hasSigns)) \($0.meaning)", tone: $0.tone)
      }
    let pieces = lines.map { line in
      line.tone.rendition.map { terminal.colored(line.text, $0) } ?? line.text
    }
    guard !pieces.isEmpty else { return "" }
    return WrappedText(columns: terminal.columns, indent: 0).text(of: pieces, by: "  ") + "\n"
  }
}

extension CheckPicture.Box {
  /// Its first line, the further ones set in by two.
  fileprivate func title(_ columns: Int?, on terminal: Terminal) -> String {
    let title = title(hasSigns: terminal.hasBoxes)
    let shown = tone.rendition.map { rendition in
      title.split(separator: " ").map { terminal.colored(String($0), rendition) }
    }
    let groups =
      [[name], shown ?? title.split(separator: " ").map(String.init)]
      + [model?.split(separator: " ").map(String.init) ?? []]
    // Two spaces come before what is something else.
    let words = groups.enumerated().flatMap { number, words in
      words.enumerated().map { number > 0 && $0 == 0 ? " " + $1 : $1 }
    }
    return WrappedText(columns: columns, indent: 2).text(of: words)
  }
}

extension CheckPicture.Mark {
  fileprivate func text(_ columns: Int?, on terminal: Terminal) -> String {
    let line = line(hasSigns: terminal.hasBoxes)
    let text = WrappedText(columns: columns, indent: 2).sentence(line.text)
    guard let rendition = line.tone.rendition else { return text }
    return text.split(separator: " ", maxSplits: 1).enumerated().map {
      $0 == 0 ? terminal.colored(String($1), rendition) : String($1)
    }.joined(separator: " ")
  }
}

/// The lines of a tree; thick where requests pass.
private struct TreeBranches {
  let hasBoxes: Bool

  /// The line to a box from the one above it.
  func fork(
    _ way: CheckPicture.Way?, later: CheckPicture.Way?, isLast: Bool, on terminal: Terminal
  ) -> String {
    let down =
      switch (isLast, way != nil, later != nil) {
      case (true, true, _): hasBoxes ? "┗" : "`"
      case (true, false, _): hasBoxes ? "└" : "`"
      case (false, true, true): hasBoxes ? "┣" : "|"
      case (false, true, false): hasBoxes ? "┡" : "|"
      case (false, false, true): hasBoxes ? "┠" : "|"
      case (false, false, false): hasBoxes ? "├" : "|"
      }
    let across = way?.text(hasSigns: hasBoxes) ?? (hasBoxes ? "─" : "-")
    // What comes later passes this line too.
    return colored(down, [way, later].best, on: terminal) + colored(across, way, on: terminal)
  }

  /// The line beside a box, to what comes later.
  func bar(_ later: CheckPicture.Way?, on terminal: Terminal) -> String {
    let bar =
      switch later {
      case nil: hasBoxes ? "│ " : "| "
      case .arrives?: hasBoxes ? "┃ " : "| "
      case .ends?: hasBoxes ? "┇ " : "| "
      }
    return colored(bar, later, on: terminal)
  }

  private func colored(
    _ text: String, _ way: CheckPicture.Way?, on terminal: Terminal
  ) -> String {
    way?.tone.rendition.map { terminal.colored(text, $0) } ?? text
  }
}

extension Sequence<CheckPicture.Way?> {
  /// The way of requests that arrive, if it is one of them, or else another.
  fileprivate var best: CheckPicture.Way? {
    compactMap(\.self).max { $0.rawValue < $1.rawValue }
  }
}

internal import Iopmem
internal import Linux
internal import PCI
internal import SystemPackage

/// What a column says of a device.
struct ListCell {
  private enum Content {
    case nothing
    case unknown
    case texts([[UInt8]])
  }

  private let content: Content
  private var branch = ""

  /// There is nothing to say.
  static let nothing = ListCell(content: .nothing)
  /// It could not be read.
  static let unknown = ListCell(content: .unknown)

  /// A name of any bytes; nil for none.
  init(_ name: [UInt8]?) { content = name.map { .texts([$0]) } ?? .nothing }
  /// A text; nil for none.
  init(_ text: String?) { self.init(text.map { Array($0.utf8) }) }
  /// Several names.
  init(_ names: [[UInt8]]) { content = names.isEmpty ? .nothing : .texts(names) }

  private init(content: Content) { self.content = content }

  /// The cell with a branch of a tree before it.
  func prefixed(by branch: String) -> ListCell {
    var cell = self
    cell.branch = branch
    return cell
  }

  /// For people: names that could forge a cell or a line are quoted.
  var text: String {
    switch content {
    case .nothing: "-"
    case .unknown: "?"
    case .texts(let names): branch + names.map { QuotedName($0).text }.joined(separator: " ")
    }
  }

  /// For scripts: without spaces. A byte that is not plain is `\xHH`, as in lsblk(8), and so is all
  /// of a name that looks like one of the marks; several names have `\x0a` between them.
  var raw: String {
    switch content {
    case .nothing: "-"
    case .unknown: "?"
    case .texts(let names):
      names.map { name in
        let isMark = name == Array("-".utf8) || name == Array("?".utf8)
        return name.map { byte in
          let isPlain = (0x21..<0x7F).contains(byte) && byte != UInt8(ascii: "\\") && !isMark
          return isPlain ? String(Unicode.Scalar(byte)) : "\\x" + Hex.text(byte, width: 2)
        }.joined()
      }.joined(separator: "\\x0a")
    }
  }
}

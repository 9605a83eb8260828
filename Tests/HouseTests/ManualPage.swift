internal import Linux
internal import SystemPackage
internal import TestSupport

/// A man page's source, in mdoc(7).
struct ManualPage {
  let text: String

  /// A page by its path from the project's folder.
  init(_ path: String) throws {
    text = String(
      decoding: try Descriptor(FilePath("\(Project.folder)/\(path)"), .readOnly)
        .readToEnd(limit: 1 << 20), as: UTF8.self)
  }

  init(text: String) { self.text = text }

  /// The options that it describes: what stands after `Fl` in the heads of lists' items.
  var options: Set<String> {
    var options: Set<String> = []
    for line in text.split(separator: "\n") where line.hasPrefix(".It ") {
      var isFlag = false
      for word in line.split(separator: " ").dropFirst() {
        switch word {
        case "Fl": isFlag = true
        case ",": break
        // What ends the options is none.
        case "-", "\\-": isFlag = false
        case "Ar", "Op", "Ns", "No", "Cm", "Pa", "Oo", "Oc": isFlag = false
        default: if isFlag { options.insert("-" + word.replacing("\\-", with: "-")) }
        }
      }
    }
    return options
  }
}

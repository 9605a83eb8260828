internal import Synchronization

/// An option of the verbs that an explanation may advise.
///
/// A verb has some of them; a manifest has fields in their place, and a C program fields and flags of a
/// structure. The raw value is the option's name without its dashes.
public enum CallerOption: String, CaseIterable, Sendable {
  case addressBits = "address-bits"
  case allowFragments = "allow-fragments"
  case bar
  case base
  case blockGranular = "block-granular"
  case client = "for"
  case force
  case image
  case iovaBase = "iova-base"
  case journal
  case length
  case listBase = "list-base"
  case lock
  case noBar = "no-bar"
  case noDAXCheck = "no-dax-check"
  case offset
  case preserve
  case recursive
  case size

  /// How the caller calls it; nil for a caller that has none such. Unless a caller says otherwise, all
  /// are there.
  public typealias Naming = @Sendable (CallerOption) -> String?

  private static let naming = Mutex<Naming>({ "--\($0.rawValue)" })

  /// Says how this process's caller calls them: once, before anything is explained.
  public static func name(by naming: @escaping Naming) { self.naming.withLock { $0 = naming } }

  var name: String? { Self.naming.withLock { $0 }(self) }
}

/// A way out of a failure, which may need an option: as text in which `\(option:)` stands for one.
struct Way: ExpressibleByStringInterpolation {
  /// The text; nil where the caller has no such option.
  let text: String?

  init(stringLiteral text: String) { self.text = text }
  init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }

  /// Puts the text together.
  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text: String? = ""

    init(literalCapacity: Int, interpolationCount: Int) {}

    mutating func appendLiteral(_ literal: String) { text = text.map { $0 + literal } }

    mutating func appendInterpolation(option: CallerOption) {
      text = text.flatMap { text in option.name.map { text + $0 } }
    }

    mutating func appendInterpolation(_ value: some CustomStringConvertible) {
      text = text.map { $0 + value.description }
    }
  }
}

/// The ways that this caller has, as the remedy of a failure; nil where it has none.
func ways(_ ways: Way...) -> String? {
  let open = ways.compactMap(\.text)
  guard let last = open.last, open.count > 1 else { return open.first }
  return open.dropLast().joined(separator: ", ") + ", or " + last
}

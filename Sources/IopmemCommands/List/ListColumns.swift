internal import ArgumentParser

/// Names of columns as an argument: `NAME,FREE`, or `+FREE` for what comes after the usual ones.
struct ListColumns: ExpressibleByArgument {
  /// Whether they come after the usual ones.
  let isAddition: Bool
  /// The columns, in the order given; nil for a name that is none.
  let columns: [ListColumn?]
  private let names: [Substring]

  init?(argument: String) {
    isAddition = argument.hasPrefix("+")
    names = argument.dropFirst(isAddition ? 1 : 0)
      .split(separator: ",", omittingEmptySubsequences: false)
    columns = names.map { ListColumn(name: $0) }
  }

  /// The first name that is no column's.
  var wrong: Substring? { zip(names, columns).first { $0.1 == nil }?.0 }

  static let allValueStrings = ListColumn.allCases.map(\.rawValue)
  static let defaultCompletionKind = CompletionKind.list(allValueStrings)
}

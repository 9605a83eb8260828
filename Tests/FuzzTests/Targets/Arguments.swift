import ArgumentParser
import Iopmem
import Linux
import TestSupport

@testable import IopmemCommands

extension FuzzTarget {
  /// Command lines: words that end in a NUL each, the program's name among them.
  static let arguments = FuzzTarget(
    name: "arguments",
    read: { bytes, _ in
      let words = bytes.split(separator: 0, maxSplits: 64, omittingEmptySubsequences: false)
        .map { Array($0) }
      let encoded = words.map(PathArgument.encode)
      for (word, text) in zip(words, encoded) {
        try hold(PathArgument.decode(text) == word, "\(word) comes out of \(text.debugDescription)")
        try holdValues(text)
      }
      let arguments = Program.verbAndOptions(encoded)
      guard let verb = Program.verb(named: arguments.first) else { return }
      do { _ = try verb.parseAsRoot(Array(arguments.dropFirst())) } catch let failure as Failure {
        try hold(failure)
      } catch {
        guard !verb.exitCode(for: error).isSuccess else { return }
        let mistake = Program.mistake(
          verb.message(for: error), of: arguments.first, arguments.dropFirst())
        try hold(mistake.code == .misuse, "\(mistake.message)")
        try hold(mistake)
      }
    })

  /// Sizes and addresses: what is written plainly is taken, and as the number that it is.
  private static func holdValues(_ text: String) throws {
    if let address = AddressArgument(argument: text) {
      try hold(
        AddressArgument(argument: "\(address.value)") == address
          && AddressArgument(argument: "0x" + String(address.value, radix: 16)) == address,
        "\(text.debugDescription) is \(address.value)")
    }
    if let size = SizeArgument(argument: text) {
      try hold(
        SizeArgument(argument: "\(size.count.rawValue)") == size,
        "\(text.debugDescription) is \(size.count)")
      if let number = UInt64(text) {
        try hold(size.count.rawValue == number, text.debugDescription)
      }
    }
    _ = (ClientArgument(argument: text), FunctionArgument(argument: text))
    _ = PathArgument(argument: text)
  }
}

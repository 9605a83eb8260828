internal import ArgumentParser
internal import Iopmem

/// The card's side of a transfer, for the forms that tell of both.
struct CardOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Whether an FPGA card reads the file (h2c) or writes it (c2h).", valueName: "way"))
  var direction: Way?

  @Option(
    help: ArgumentHelp(
      "The address in the card's own memory of the first byte, for xdma and qdma.",
      valueName: "addr"))
  var cardBase: AddressArgument?

  /// The ways, in the words of AMD's product guides.
  enum Way: String, ExpressibleByArgument, CaseIterable {
    case h2c, c2h
  }

  /// Whether any was given.
  var isGiven: Bool { direction != nil || cardBase != nil }

  /// The card's side.
  /// - Throws: `ValidationError` where it is not told.
  var side: CardSide {
    get throws {
      guard let direction, let cardBase else {
        throw ValidationError("xdma and qdma need --direction and --card-base.")
      }
      return CardSide(
        direction == .h2c ? .hostToCard : .cardToHost, base: cardBase.value)
    }
  }
}

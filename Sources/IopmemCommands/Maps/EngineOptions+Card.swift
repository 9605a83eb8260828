internal import ArgumentParser
internal import Iopmem

/// The card's side of a transfer, for the forms that tell of both.
extension EngineOptions {
  /// The ways, in the words of AMD's product guides.
  enum Way: String, ExpressibleByArgument, CaseIterable {
    case h2c, c2h
  }

  /// Whether the card's side was told.
  var hasCard: Bool { direction != nil || cardBase != nil }

  /// The card's side.
  /// - Throws: `ValidationError` where it is not told.
  var card: CardSide {
    get throws {
      guard let direction, let cardBase else {
        throw ValidationError("xdma and qdma need --direction and --card-base.")
      }
      return CardSide(
        direction == .h2c ? .hostToCard : .cardToHost, base: cardBase.value)
    }
  }
}

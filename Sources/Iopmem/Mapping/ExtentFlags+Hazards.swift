extension ExtentFlags {
  /// The hazards that these flags tell of, the worst first.
  public var hazards: [Hazard] {
    // By AND, never by ==: flags come together.
    guard !subtracting(.harmless).isEmpty else { return [] }
    var hazards = Self.meanings.compactMap { contains($0.flag) ? $0.hazard : nil }
    let known = Self.meanings.reduce(into: Self.harmless) { $0.formUnion($1.flag) }
    if !subtracting(known).isEmpty { hazards.insert(.unrecognised, at: 0) }
    return hazards
  }

  /// Parses names of hazards into flags; nil if any may not be allowed.
  public init?(names: [String]) {
    self = []
    for name in names {
      guard let hazard = Hazard(rawValue: name), hazard.canBeAllowed,
        let meaning = Self.meanings.first(where: { $0.hazard == hazard })
      else { return nil }
      insert(meaning.flag)
    }
  }

  private static let meanings: [(flag: ExtentFlags, hazard: Hazard)] = [
    (.unknown, .unknownPlace), (.delayedAllocation, .unallocated), (.inline, .inlineData),
    (.tail, .packedTail), (.notAligned, .notAligned), (.encrypted, .encrypted),
    (.encoded, .encoded), (.shared, .shared), (.unwritten, .unwritten),
  ]
}

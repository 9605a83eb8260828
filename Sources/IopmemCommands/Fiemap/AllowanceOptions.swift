internal import ArgumentParser
internal import Iopmem

/// The checks that the caller lets files pass.
struct AllowanceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Pass a check; may be repeated.", valueName: "class"))
  var allow: [Allowance] = []

  @Flag(help: "Map mounted files that are not DAX.")
  var noDaxCheck = false

  /// A class of hazard, or of doubt about an unmounted file system.
  enum Allowance: ExpressibleByArgument, Hashable {
    case hazard(Hazard)
    case doubt(ImageFileMapper.Doubt)

    init?(argument: String) {
      if let hazard = Hazard(rawValue: argument), hazard.canBeAllowed {
        self = .hazard(hazard)
      } else if let doubt = ImageFileMapper.Doubt(rawValue: argument) {
        self = .doubt(doubt)
      } else {
        return nil
      }
    }

    static var allValueStrings: [String] { AllowanceOptions.names }
    static var defaultCompletionKind: CompletionKind { .list(allValueStrings) }
  }

  private static let names =
    Hazard.allCases.filter(\.canBeAllowed).map(\.rawValue)
    + ImageFileMapper.Doubt.allCases.map(\.rawValue)

  /// Whether any check was named.
  var isGiven: Bool { !allow.isEmpty || noDaxCheck }

  /// The hazards that extents may have.
  var hazards: Set<Hazard> {
    Set(allow.compactMap { if case .hazard(let hazard) = $0 { hazard } else { nil } })
  }

  /// The doubts that the file system may be under.
  var doubts: Set<ImageFileMapper.Doubt> {
    Set(allow.compactMap { if case .doubt(let doubt) = $0 { doubt } else { nil } })
  }
}

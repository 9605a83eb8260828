internal import SystemPackage

extension Failure {
  /// What kind of failure it is, for programs: a name that does not change once it exists.
  ///
  /// What a system call said names a failure too, and so do the hazards, doubts and findings that
  /// refuse something.
  public enum Name: String, CaseIterable, Sendable {
    // By the exit status alone, where nothing more is known.
    case failed, refused, unknown, misuse
    // By what the kernel said.
    case notFound = "not-found"
    case notPermitted = "not-permitted"
    case noSpace = "no-space"
    case exists
    case readOnly = "read-only"
    case tooLarge = "too-large"
    // Of what is there already.
    case differs
    case inUse = "in-use"
    case locked
    case notBlank = "not-blank"
    case noFileSystem = "no-filesystem"
    // Of functions.
    case noDriver = "driver-missing"
    case otherDriver = "other-driver"
    case notTaken = "not-taken"
    case bridge
    case noMemoryBAR = "no-memory-bar"
    case leased
    // Of files.
    case notRegular = "not-a-file"
    case notDAX = "not-dax"
    case pinned
    case notPinned = "not-pinned"
    case hasWriters = "open-for-writing"
    case fragmented
    case changing
    // Of the run.
    case interrupted
  }

  /// Every name that `name` can be.
  public static var allNames: [String] {
    Name.allCases.map(\.rawValue) + Hazard.allCases.map(\.rawValue)
      + ImageFileMapper.Doubt.allCases.map(\.rawValue) + Finding.Code.allCases.map(\.rawValue)
  }

  /// Its name: one that it was given, else what the kernel's error stands for, else that of its
  /// exit status.
  public var name: String {
    if let given { return given }
    if let name = cause.flatMap(Name.init) { return name.rawValue }
    switch code {
    case .refused: return Name.refused.rawValue
    case .unknown: return Name.unknown.rawValue
    case .misuse: return Name.misuse.rawValue
    default: return Name.failed.rawValue
    }
  }

  /// The failure under the name of a kind.
  func named(_ name: Name) -> Failure { named(as: name) }

  /// The failure under the name of a hazard, a doubt or a finding.
  func named(as name: some RawRepresentable<String>) -> Failure {
    var failure = self
    failure.given = name.rawValue
    return failure
  }
}

extension Failure.Name {
  /// What an error of the kernel's stands for; nil for one that stands for nothing in particular.
  init?(_ cause: Errno) {
    switch cause {
    case .noSuchFileOrDirectory, .noSuchAddressOrDevice: self = .notFound
    case .notPermitted, .permissionDenied: self = .notPermitted
    case .noSpace: self = .noSpace
    case .fileExists: self = .exists
    case .resourceBusy: self = .inUse
    case .readOnlyFileSystem: self = .readOnly
    case .fileTooLarge: self = .tooLarge
    default: return nil
    }
  }
}

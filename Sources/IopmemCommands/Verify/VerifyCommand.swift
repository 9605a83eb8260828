internal import ArgumentParser
internal import Iopmem
internal import Linux
internal import SystemPackage

/// `iopmem verify`: whether a map that was made before still holds.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    verb: "verify",
    abstract: "Tell whether a map still holds, and what changed if it does not.",
    usage: """
      iopmem verify [<options>] --fingerprint <fingerprint> <file>
      iopmem verify [<options>] --map <map>
      """,
    discussion: """
      The exit status tells: 0 every address is what it was, 1 something changed, 3 cannot be \
      known.
      """)

  @Argument(help: ArgumentHelp("The file that the fingerprint is of.", valueName: "file"))
  var file: PathArgument?

  @Option(help: ArgumentHelp("What the file's map had.", valueName: "fingerprint"))
  var fingerprint: FingerprintArgument?

  @Option(
    help: ArgumentHelp(
      "A map that was saved, by fiemap --json or lease --map; - is standard input.",
      valueName: "map"))
  var map: PathArgument?

  @Flag(help: "Print one JSON object: schema iopmem.verify/1.")
  var json = false

  @Option(
    help: ArgumentHelp(
      "Read an unmounted ext4; for a saved map, instead of the one it was of.", valueName: "img"))
  var image: PathArgument?

  @Option(help: .imageOffset) var imageOffset: SizeArgument?

  @OptionGroup(title: "Which bytes, as the fingerprint's map was asked for")
  var range: MapRangeOptions

  @OptionGroup(title: "Where the device is")
  var window: WindowOptions

  @OptionGroup(title: "Checks to pass, as the fingerprint's map did")
  var allowance: AllowanceOptions

  func validate() throws {
    guard (fingerprint == nil) != (map == nil), (fingerprint == nil) == (file == nil) else {
      throw ValidationError("Give --fingerprint and its file, or --map alone.")
    }
    try imageOffset.expectImage(image)
    if map != nil, range.isGiven || allowance.isGiven {
      throw ValidationError("A saved map tells which bytes it is of and what was allowed.")
    }
  }

  func run() throws {
    let report: any VerifyReport = json ? VerifyJSON(of: map?.path) : VerifyText()
    do { try verify(report) } catch let failure as Failure {
      guard json, !hasBegun(report) else { throw failure }
      throw told(failure) { () throws(Failure) in
        try report.begin()
        try report.finish([failure])
      }
    }
  }

  /// Whether a report is half written: what fails then is its output.
  private func hasBegun(_ report: any VerifyReport) -> Bool {
    (report as? VerifyJSON)?.hasBegun ?? true
  }

  private func verify(_ report: any VerifyReport) throws {
    let saved = try map.map { (map) throws(Failure) in try SavedMaps(at: map.path) }
    let windows = try saved?.windows(window.windows, of: map?.path) ?? window.windows
    if let image = image.map({ $0.image(at: imageOffset) }) ?? saved?.image {
      var mapper = try ImageFileMapper.toVerify(
        image, windows: windows, request: saved?.maps.first?.request ?? request,
        passing: saved?.doubts ?? allowance.doubts)
      try verify(saved, &mapper, report)
    } else {
      var mapper = MountedFileMapper(windows: windows, request: request)
      try verify(saved, &mapper, report)
    }
  }

  private func verify(
    _ saved: SavedMaps?, _ mapper: inout some FileMapper & ~Copyable, _ report: any VerifyReport
  ) throws {
    var tally = Tally()
    var isWritten = true
    // All files are verified, whether or not that can be told.
    func write(_ part: () throws(Failure) -> Void) {
      guard isWritten else { return }
      do { try part() } catch {
        tally.report(error)
        isWritten = false
      }
    }
    func take(_ verification: Verification) {
      tally.count(verification.standing.code)
      write { () throws(Failure) in try report.write(verification) }
    }
    write(report.begin)
    for map in saved?.maps ?? [] { take(Verification(map, by: &mapper)) }
    if let file, let fingerprint {
      take(Verification(fingerprint.value, of: file.path, by: &mapper))
    }
    write { () throws(Failure) in try report.finish([]) }
    try tally.finish()
  }

  private var request: MapRequest { range.request(allowing: allowance) }
}

/// A fingerprint as an argument, as it is printed.
struct FingerprintArgument: ExpressibleByArgument {
  /// The fingerprint.
  let value: Fingerprint

  init?(argument: String) {
    guard let value = Fingerprint(argument) else {
      AcceptedForm.tell("a fingerprint, 1- and 32 hex digits")
      return nil
    }
    self.value = value
  }
}

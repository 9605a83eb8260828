internal import ArgumentParser
internal import Iopmem
internal import Linux
internal import SystemPackage

/// `iopmem apply`: brings about what a manifest declares, and leaves alone what is so.
struct ApplyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    verb: "apply",
    abstract: "Bring about what a manifest declares, and leave alone what is so already.",
    discussion: """
      What is as declared keeps its inode, its blocks and its addresses; what differs is replaced \
      whole. It stops at the first thing that is refused, with what was done said. See \
      iopmem.yaml(5) for the manifest.
      """)

  @Argument(help: ArgumentHelp("The manifest: YAML or JSON; - is standard input."))
  var manifest: PathArgument

  @Flag(
    name: [.customShort("n"), .customLong("plan")],
    help: "Print what would be done, and change nothing.")
  var plans = false

  @Flag(
    name: .customLong("verify"),
    help: "Compare the bytes of files that are as they were placed, too.")
  var verifies = false

  @Flag(
    name: .customLong("prune"),
    help: "Remove files that apply placed and that are no longer declared.")
  var prunes = false

  @Option(
    help: ArgumentHelp("Wait so long for devices that are not there.", valueName: "seconds"))
  var wait: UInt32 = 0

  @Flag(name: .shortAndLong, help: "Print nothing but errors.")
  var quiet = false

  @Flag(help: "Print one JSON object: schema iopmem.apply/1.")
  var json = false

  func validate() throws {
    if quiet && json { throw ValidationError("--quiet and --json exclude each other.") }
  }

  func run() async throws {
    var report = ApplyReport(isPlan: plans, isJSON: json, isQuiet: quiet)
    let deployment: Deployment
    do throws(ManifestFailures) { deployment = try declared() } catch {
      for failure in error.all {
        report.add(
          DeployedItem(
            .manifest, manifest.path, .refused, reason: failure.sentence, failure: failure))
      }
      return try report.finish()
    }
    Interruption.hold()
    var options = Deployer.Options()
    options.plans = plans
    options.verifies = verifies
    options.prunes = prunes
    options.wait = .seconds(wait)
    await Deployer(deployment, options).run { report.add($0) }
    // What a signal stopped is reported, and what came too late stopped nothing.
    Interruption.forget()
    try report.finish()
  }

  private func declared() throws(ManifestFailures) -> Deployment {
    let file: ManifestFile
    do throws(Failure) { file = try ManifestFile(manifest.path) } catch {
      throw ManifestFailures(all: [error])
    }
    return try file.deployment()
  }
}

import Linux
import SystemPackage
import TestSupport
import Testing

@Suite struct StatusTests {
  /// Only a change that is some ticks ago lets the next one show.
  @Test func changesThatWillShow() throws {
    let folder = try TestSupport.TemporaryFolder()
    var status = try Status(of: FilePath(try folder.write([], to: "file")))
    let now = status.changed
    for (seconds, shows) in [
      (now.seconds - 1, true), (0, true), (.min, true), (now.seconds + 3600, true),
      (.max, true),
    ] {
      status.changed = Status.Time(seconds: seconds, nanoseconds: 0)
      #expect(status.willShowChanges == shows, "\(seconds)")
    }
    status.changed = now
    status.awaitVisibleChanges()
    #expect(status.willShowChanges)
  }
}

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
    #expect(status.awaitVisibleChanges())
    #expect(status.willShowChanges)
  }

  /// The wait goes by what the clock says, however coarsely it ticks, and ends when it stands still.
  @Test(arguments: [(tick: 1, reads: 22), (tick: 4, reads: 7), (tick: 10, reads: 4)])
  func waitsAsLongAsTheClockWants(tick: Int, reads: Int) throws {
    let folder = try TestSupport.TemporaryFolder()
    let status = try Status(of: FilePath(try folder.write([], to: "file")))
    let changed =
      Duration.seconds(status.changed.seconds)
      + .nanoseconds(Int64(status.changed.nanoseconds))
    var asked = 0
    let visible = status.awaitVisibleChanges(
      clock: {
        defer { asked += 1 }
        return changed + .milliseconds(asked * tick)
      }, pause: {})
    #expect(visible)
    #expect(asked == reads)
    var pauses = 0
    let standing = status.awaitVisibleChanges(clock: { changed }, pause: { pauses += 1 })
    #expect(!standing)
    #expect(pauses == 200)
  }
}

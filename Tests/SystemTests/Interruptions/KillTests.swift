import TestSupport
import Testing

/// A placement is killed at any moment: names have the whole file or what they had.
@Suite(.enabled(if: Project.isRoot, "needs root: loop devices"))
struct KillTests {
  /// How many placements are killed.
  private static let count = Project.isLong ? 1000 : 2

  @Test(arguments: InterruptedPlacement.Kind.allCases)
  func namesHaveAllOrNothing(_ kind: InterruptedPlacement.Kind) async throws {
    let placement = try await InterruptedPlacement(kind)
    var numbers = SplitMix64(seed: 31)
    // About as long as one takes at the moment.
    var longest = 1.0
    var kills = 0
    var rounds = 0
    while kills < Self.count, rounds < 3 * Self.count + 20 {
      rounds += 1
      try await placement.scene.reset()
      try await placement.mount()
      let seconds = Double.random(in: 0.001...longest, using: &numbers)
      let begin = ContinuousClock.now
      let result = try await placement.place(killedAfter: seconds)
      let isKilled = result.status == Faults.killed
      if isKilled {
        kills += 1
        longest *= 1.05
      } else {
        result.expect(status: 0)
        longest = (ContinuousClock.now - begin) / .seconds(1)
      }
      if placement.isMounted { try await placement.scene.unmount() }
      try await placement.expectUsable(
        isEnd: !isKilled, isCutOff: isKilled && !placement.isMounted,
        "\(kind): killed after \(seconds) s")
    }
    #expect(kills == Self.count, "of \(rounds) placements most ended before they were killed")
    if Project.isLong { print("\(kind): \(rounds) placements, \(kills) killed") }
  }
}

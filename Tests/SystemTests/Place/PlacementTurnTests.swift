import TestSupport
import Testing

/// Several placements on one mounted file system at once.
@Suite(.serialized, .enabled(if: Project.isRoot, "needs root: loop devices"))
struct PlacementTurnTests {
  /// A search for one run holds all that is free for a moment: nobody else is told that there is none.
  @Test(arguments: ["ext4", "xfs"])
  func eachFindsTheSpaceThatThereIs(_ kind: String) async throws {
    let folder = try TemporaryFolder()
    try await Tool.require("truncate", ["-s", "16M", folder("source")])
    try await Placing.mounted(kind, folder) { mount, _ in
      let result = try await Tool.run(
        "sh",
        [
          "-c",
          """
          for number in 1 2 3 4 5 6; do
            { "$1" place --no-bar "$2" "$3/$number" || echo "$number: $?"; } &
          done
          wait
          """, "sh", Project.binary, folder("source"), mount,
        ])
      #expect(result.status == 0 && result.errors.isEmpty, "\(result.text)\(result.errors)")
      for number in 1...6 {
        try await Tool.run("cmp", [folder("source"), "\(mount)/\(number)"]).expect(status: 0)
      }
    }
  }

  @Test func whoSearchesWaitsForItsTurn() async throws {
    let folder = try TemporaryFolder()
    try folder.write([1, 2, 3], to: "source")
    try await Placing.mounted("ext4", folder) { mount, device in
      let result = try await Tool.run(
        "sh",
        [
          "-c",
          """
          exec 9<"$4" && flock 9
          "$1" place --no-bar "$2" "$3/file" 9<&- &
          left=5000
          until ls -l /proc/$!/fd | grep -q -- "-> $4\\$"; do
            test ! -e "$3/file" && test $((left -= 1)) -gt 0 || exit 3
          done
          test ! -e "$3/file" || exit 4
          exec 9<&-
          wait $!
          """, "sh", Project.binary, folder("source"), mount, device.path,
        ])
      #expect(result.status == 0, "\(result.text)\(result.errors)")
      try await Tool.run("cmp", [folder("source"), mount + "/file"]).expect(status: 0)
    }
  }

  /// `udevadm lock` and systemd-makefs hold the device for who they run.
  @Test func whoHoldsTheDeviceForItGivesItTheTurn() async throws {
    let folder = try TemporaryFolder()
    try folder.write([1, 2, 3], to: "source")
    try await Placing.mounted("ext4", folder) { mount, device in
      let result = try await Tool.run(
        "timeout",
        [
          "15", "flock", device.path, Project.binary, "place", "--no-bar", folder("source"),
          mount + "/file",
        ])
      #expect(result.status == 0, "\(result.text)\(result.errors)")
    }
  }
}

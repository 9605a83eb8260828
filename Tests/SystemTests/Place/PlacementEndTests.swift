import TestSupport
import Testing

/// How placements end that are stopped, that cannot report, or that somebody comes in between.
@Suite(.serialized, .enabled(if: Project.isRoot, "needs root: loop devices"))
struct PlacementEndTests {
  private func mounted(
    _ folder: TemporaryFolder, _ body: (_ mount: String) async throws -> Void
  ) async throws {
    let image = folder("volume")
    try await Tool.require(
      Project.binary, ["mkfs", "--quiet", "--inodes", "2048", "--size", "64M", image])
    try await LoopDevice.with(image) { device in
      try await device.mounted(on: folder("mnt")) { try await body(folder("mnt")) }
    }
    try await Placing.expectClean(image)
  }

  private func shell(_ script: String) async throws -> Tool {
    try await Tool.run("sh", ["-c", script])
  }

  @Test func aFullOutputSaysThatTheFileIsPlaced() async throws {
    let folder = try TemporaryFolder()
    try await mounted(folder) { mount in
      for option in ["", "--json"] {
        let file = mount + "/file" + option
        let result = try await shell(
          "\(Project.binary) place --no-bar \(option) --size 4K \(file) > /dev/full")
        #expect(result.status == 1, "\(result.errors)")
        #expect(result.errors.contains("everything is placed"), "\(result.errors)")
        try await Tool.run("test", ["-s", file]).expect(status: 0)
      }
    }
  }

  /// The report does not fit into the pipe, so the signal comes when the names are given.
  @Test(arguments: ["TERM", "INT"])
  func aSignalThatComesTooLateIsNoFailure(_ signal: String) async throws {
    let folder = try TemporaryFolder()
    try await mounted(folder) { mount in
      let result = try await shell(
        """
        mkdir \(folder("tree")) && cd \(folder("tree")) && seq 800 | xargs touch
        mkfifo \(folder("pipe"))
        exec 3<>\(folder("pipe"))
        \(Project.binary) place --no-bar --json \(folder("tree")) \(mount) >\(folder("pipe")) 3>&- &
        placement=$!
        tries=0
        until [ -e \(mount)/tree ] || [ $tries -gt 600 ]; do sleep 0.1; tries=$((tries + 1)); done
        kill -\(signal) $placement
        cat <&3 >\(folder("report")) 3>&- &
        reader=$!
        wait $placement
        status=$?
        kill $reader
        exit $status
        """)
      #expect(result.status == 0, "\(result.errors)")
      try await Tool.run("test", ["-e", mount + "/tree/800"]).expect(status: 0)
    }
  }

  /// Runs a placement of 1.8 GB into a sparse image, and a command once it has written 32 MiB.
  private func interrupted(
    _ folder: TemporaryFolder, by command: String
  ) async throws -> (image: String, before: Int, result: Tool, status: Int) {
    let image = folder("image")
    try await Tool.require(Project.binary, ["mkfs", "--quiet", "--size", "3G", image])
    let before = try await allocated(image)
    let result = try await shell(
      """
      \(Project.binary) place --image \(image) --size 1800M /buffer 2>\(folder("errors")) &
      placement=$!
      tries=0
      while [ $(stat -c %b \(image)) -lt \(before + 65_536) ] && [ $tries -lt 3000 ]; do
        tries=$((tries + 1))
      done
      kill -STOP $placement
      \(command)
      kill -CONT $placement
      wait $placement
      echo $?
      """)
    let lines = result.text.split(separator: "\n")
    return (image, before, result, try #require(lines.last.flatMap { Int($0) }))
  }

  private func allocated(_ image: String) async throws -> Int {
    let text = try await Tool.require("stat", ["-c", "%b", image]).text
    return try #require(Int(text.filter(\.isNumber)))
  }

  @Test func whatWasWrittenIntoHolesIsGivenBack() async throws {
    let folder = try TemporaryFolder()
    let (image, before, result, status) = try await interrupted(
      folder, by: "kill -TERM $placement")
    #expect(status == 128 + 15, "\(result.errors)")
    #expect(try await allocated(image) - before < 2048)
    try await Placing.expectClean(image)
  }

  @Test func whatIsMountedMeanwhileIsNotChanged() async throws {
    let folder = try TemporaryFolder()
    try await Tool.require("mkdir", [folder("mnt")])
    let (image, _, result, status) = try await interrupted(
      folder, by: "mount -o loop \(folder("image")) \(folder("mnt"))")
    let errors = String(decoding: try folder.read("errors"), as: UTF8.self)
    #expect(status == 2, "\(result.text) \(result.errors) \(errors)")
    #expect(errors.contains("mounted on "), "\(errors)")
    try await Tool.require("umount", [folder("mnt")])
    try await Placing.expectClean(image)
    let found = try await Tool.run("debugfs", ["-R", "stat /buffer", image])
    #expect((found.text + found.errors).contains("File not found"))
  }

  /// Even when it is unmounted again, what was read of it before no longer holds.
  @Test func whatIsChangedMeanwhileIsNotChangedAgain() async throws {
    let folder = try TemporaryFolder()
    try await Tool.require("mkdir", [folder("mnt")])
    let mount = folder("mnt")
    let (image, _, result, status) = try await interrupted(
      folder, by: "mount -o loop \(folder("image")) \(mount); echo > \(mount)/new; umount \(mount)")
    let errors = String(decoding: try folder.read("errors"), as: UTF8.self)
    #expect(status == 1, "\(result.text) \(result.errors) \(errors)")
    #expect(errors.contains("was changed by another program"), "\(errors)")
    try await Placing.expectClean(image)
  }
}

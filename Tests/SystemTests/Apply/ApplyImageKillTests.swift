import TestSupport
import Testing

/// An image is usable whenever a run is killed, and the next run brings it to the same end.
@Suite struct ApplyImageKillTests {
  @Test func killedAtAnyStepTheImageIsWholeAndTheNextRunEndsTheSame() async throws {
    let image = try AppliedImage()
    let files = image.variousFiles
    let more = image.uuidAndMap
    func fill(_ byte: UInt8) throws {
      try image.source("a", byte, count: 70_000)
      try image.source("b", byte, count: 3000)
    }
    let clear = ["-euc", "cd \(image.folder.path); rm -f bar.img map .bar.img.*"]
    try fill(1)
    let manifest = try image.manifest(files, more)
    let making = try await ApplyStepper.steps(of: manifest, in: image.folder)
    let first = try await image.places()
    try fill(2)
    let changing = try await ApplyStepper.steps(of: manifest, in: image.folder)
    let second = try await image.places()
    #expect(making.count > 100 && changing.count > 60, "\(making.count) \(changing.count)")
    var killed = 0
    for (isNew, steps, end) in [(true, making, first), (false, changing, second)] {
      for (number, step) in steps.enumerated() where Project.isLong || number % 43 == 7 {
        try await Tool.require("sh", clear)
        try fill(1)
        if !isNew {
          let (made, tool) = try await image.apply(files, [], more)
          #expect(made.changed && tool.status == 0, "\(tool.errors)")
          try fill(2)
        }
        let run = try await ApplyStepper.run(manifest, killedAt: step)
        if run.status != 0 { killed += 1 }
        if try await Tool.run("test", ["-e", image.image]).status == 0 {
          let check = try await Tool.run("e2fsck", ["-fn", image.image])
          #expect(check.status == 0, "\(step): \(check.text)")
          let bytes = try await image.bytes("deep/b")
          #expect(Set(bytes).count == 1 && bytes.count == 3000, "\(step)")
        } else {
          #expect(isNew, "\(step): the image is gone")
        }
        let (again, tool) = try await image.apply(files, [], more)
        #expect(tool.status == 0 && !again.states.contains("refused"), "\(step): \(tool.errors)")
        #expect(try await image.places() == end, "\(step)")
        #expect(try await image.bytes("deep/er/a") == image.folder.read("a"), "\(step)")
        try await image.expectWhole(beside: ["a", "b", "map"], step)
        #expect(try await !image.apply(files, [], more).0.changed, "\(step)")
      }
    }
    #expect(killed > 0)
    if Project.isLong {
      print("an image: \(making.count) and \(changing.count) steps, \(killed) runs killed")
    }
  }
}

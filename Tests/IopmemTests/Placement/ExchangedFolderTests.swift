import Dispatch
import Linux
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Iopmem

/// Folders of a tree that are exchanged for links to others, again and again, while the tree is read.
@Suite struct ExchangedFolderTests {
  private let folder: TestSupport.TemporaryFolder
  private let rounds = 500

  /// Two trees whose names are the same, of which one is not to be read.
  init() throws {
    folder = try TestSupport.TemporaryFolder()
    let open = try Descriptor(FilePath(folder.path), .readOnly, options: .directory)
    for name in ["tree", "tree/a", "tree/a/sub", "secret", "secret/sub"] {
      try open.makeDirectory(FilePath(name), permissions: 0o755)
    }
    for name in ["tree/a/0", "tree/a/sub/file", "tree/b", "secret/0", "secret/sub/file"] {
      try folder.write(Array(name.utf8), to: name)
    }
    try open.makeSymbolicLink("link", to: Array(folder("secret").utf8))
  }

  private var secrets: Set<UInt64> {
    get throws {
      Set(
        try ["secret", "secret/0", "secret/sub", "secret/sub/file"].map {
          try Status(of: FilePath(folder($0))).inode
        })
    }
  }

  /// Calls a body again and again while another thread exchanges a folder for the link.
  private func race(_ body: () throws -> Void) throws {
    let race = Race()
    let path = FilePath(folder.path)
    // A queue of its own has a thread of its own: those that tests share may all be in a race.
    DispatchQueue(label: "exchange").async {
      do throws(Errno) {
        let open = try Descriptor(path, .readOnly, options: .directory)
        while !race.isDone {
          try open.rename("tree/a", to: open, as: "link", .exchange)
          race.exchanged()
        }
      } catch {
        race.end(by: error)
      }
    }
    defer { race.end() }
    let deadline = ContinuousClock.now + .seconds(300)
    var round = 0
    while round < rounds || race.count < rounds {
      try race.check()
      try #require(.now < deadline, "\(round) rounds beside \(race.count) exchanges in 5 minutes")
      try body()
      round += 1
    }
  }

  private func inodes() -> [UInt64] {
    var walk = FileWalk(FilePath(folder("tree")))
    var found: [UInt64] = []
    while let file = walk.next() {
      guard case .success(.entry(let name, let folder)) = file.place,
        let status = try? folder.open(name).status()
      else { continue }
      found.append(status.inode)
    }
    return found
  }

  @Test func aWalkNeverLeavesTheTree() throws {
    let secrets = try secrets
    #expect(inodes().count == 3)
    var most = 0
    try race {
      let found = inodes()
      #expect(secrets.isDisjoint(with: found))
      most = max(most, found.count)
    }
    #expect(most == 3)
  }

  /// Between two files, where there is time enough.
  @Test func aWalkSaysThatAFolderWasExchanged() throws {
    let open = try Descriptor(FilePath(folder.path), .readOnly, options: .directory)
    var walk = FileWalk(FilePath(folder("tree")))
    #expect(throws: Never.self) { try walk.next()?.place.get() }
    try open.rename("tree/a", to: open, as: "link", .exchange)
    let failure = #expect(throws: Failure.self) { try walk.next()?.place.get() }
    #expect(failure?.subject == FilePath(folder("tree/a/sub")))
    #expect(failure?.reason.contains("was exchanged for another directory") == true)
  }

  @Test func aSourceIsNeverReadElsewhere() throws {
    let secrets = try secrets
    var whole = 0
    try race {
      var manifest = Manifest()
      do throws(Failure) {
        try manifest.add(source: FilePath(folder("tree")), as: "tree", preserves: true)
      } catch {
        #expect([.failed, .refused].contains(error.code))
        return
      }
      if manifest.entries.count == 6 { whole += 1 }
      #expect(secrets.isDisjoint(with: manifest.entries.compactMap(\.status?.inode)))
    }
    #expect(whole > 0)
  }

  /// What a map would replace is looked for once more when its folder is open.
  @Test func noMapIsWrittenWhereALinkHasComeToLead() throws {
    let path = FilePath(folder.path)
    let open = try Descriptor(path, .readOnly, options: .directory)
    var fileSystem = DeployedFileSystem(
      device: .path("/dev/null"), mountPoint: path.appending("secret"))
    let map = DeployedMap(files: [], destination: path.appending("tree/a/map")) { _, _, _ in }
    fileSystem.maps = [map]
    let deployment = Deployment(fileSystems: [fileSystem])
    let declared = try MapDestinations(deployment)
    try declared.check(map.destination, isImage: false)
    try open.rename("tree/a", to: open, as: "link", .exchange)
    let failure = #expect(throws: Failure.self) {
      try map.deploy(plans: false, in: SystemRoot(), beside: declared) { _ in }
    }
    #expect(failure?.code == .refused && failure?.subject == path.appending("secret/map"))
    #expect(throws: Errno.noSuchFileOrDirectory) { try Status(of: path.appending("secret/map")) }
  }
}

/// How far another thread is, and whether it is to go on.
private final class Race: Sendable {
  private struct State {
    var count = 0
    var isDone = false
    var error: Errno?
  }

  private let state = Mutex(State())

  var count: Int { state.withLock { $0.count } }
  var isDone: Bool { state.withLock { $0.isDone } }

  func exchanged() { state.withLock { $0.count += 1 } }
  func end(by error: Errno? = nil) {
    state.withLock {
      $0.isDone = true
      $0.error = error
    }
  }

  /// Throws what the other thread could not do.
  func check() throws(Errno) {
    if let error = state.withLock({ $0.error }) { throw error }
  }
}

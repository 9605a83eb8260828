import Linux
import SystemPackage
import TestSupport
import Testing

@testable import XFS

/// The reader on file systems that mkfs.xfs(8) made, held against xfs_db(8).
@Suite struct XFSFileSystemTests {
  /// An image of four groups with files in it, made without mounting it.
  private struct Image {
    let folder: TestSupport.TemporaryFolder
    let path: String

    init(_ options: [String] = []) async throws {
      folder = try TestSupport.TemporaryFolder()
      path = folder("image")
      try folder.write([UInt8](repeating: 7, count: 3_000_000), to: "file")
      let files = (0..<20).map { "f\($0) ---644 0 0 \(folder("file"))\n" }.joined()
      try folder.write(Array("/\n0 0\nd--755 0 0\n\(files)$\n".utf8), to: "files")
      try await Tool.require(
        "mkfs.xfs", ["-q", "-d", "size=320m,file=1,name=\(path)", "-p", folder("files")] + options)
    }

    func opened() throws -> XFSFileSystem { try XFSFileSystem(FilePath(path)) }

    func freeRuns() throws -> [Range<UInt64>] {
      let fileSystem = try opened()
      var runs: [Range<UInt64>] = []
      try fileSystem.forEachFreeRun { runs.append($0) }
      return runs
    }

    /// What xfs_db(8) prints.
    func asked(_ commands: String...) async throws -> String {
      try await Tool.require("xfs_db", ["-r"] + commands.flatMap { ["-c", $0] } + [path]).text
    }

    /// A number in a structure of a group, by default in the header of its free space.
    func number(
      _ name: String, in structure: String = "agf", ofGroup group: UInt32 = 1
    ) async throws -> UInt64 {
      let text = try await asked("\(structure) \(group)", "print \(name)")
      return try #require(UInt64(text.drop { $0 != "=" }.dropFirst(2).dropLast()))
    }

    /// Changes bytes of a structure, and sets its checksum right.
    func change(
      _ count: Int, bytesAt place: UInt64, checksumAt checksum: Int, _ body: (inout [UInt8]) -> Void
    ) throws {
      let file = try Descriptor(FilePath(path), .readWrite)
      var bytes = [UInt8](repeating: 0, count: count)
      #expect(try file.read(at: place, into: &bytes) == count)
      body(&bytes)
      bytes.replaceSubrange(checksum..<checksum + 4, with: bytes.checksum(for: checksum))
      try file.write(bytes, at: place)
    }
  }

  @Test(arguments: [
    [], ["-b", "size=1024"], ["-b", "size=16384"], ["-s", "size=4096"], ["-m", "rmapbt=1"],
    ["-d", "agcount=2"],
  ])
  func freeRunsAreThoseOfTheTools(_ options: [String]) async throws {
    let image = try await Image(options)
    let fileSystem = try image.opened()
    let group = UInt64(fileSystem.superblock.groupLength)
    // `freesp` counts in the blocks of the free lists, which wait to become nodes.
    var told: Set<Range<UInt64>> = []
    for line in try await image.asked("freesp -d").split(separator: "\n") {
      let numbers = line.split(separator: " ").compactMap { UInt64($0) }
      guard numbers.count == 3 else { continue }
      let start = (numbers[0] * group + numbers[1]) * fileSystem.blockSize
      told.insert(start..<start + numbers[2] * fileSystem.blockSize)
    }
    let runs = try image.freeRuns()
    #expect(runs.count > 2 && told.isSuperset(of: runs), "\(runs) \(told)")
    var listed: UInt64 = 0
    for group in 0..<fileSystem.superblock.groupCount {
      listed += try await image.number("flcount", ofGroup: group)
    }
    let rest = told.subtracting(runs)
    #expect(
      UInt64(rest.count) == listed
        && rest.allSatisfy {
          $0.upperBound - $0.lowerBound == fileSystem.blockSize
        })
  }

  @Test func theLogIsFound() async throws {
    let image = try await Image()
    let fileSystem = try image.opened()
    let text = try await image.asked("sb 0", "print logblocks")
    let log = try #require(try fileSystem.log())
    #expect(text.contains("logblocks = \((log.upperBound - log.lowerBound) / 4096)"))
    #expect(try fileSystem.logIsClean())
    var start = [UInt8](repeating: 0, count: 4)
    _ = try Descriptor(FilePath(image.path), .readOnly).read(at: log.lowerBound, into: &start)
    #expect(start == [0xFE, 0xED, 0xBA, 0xBE])
  }

  /// What the record of the unmount says otherwise.
  @Test(arguments: [(40, 2), (12, 1), (16, 9), (23, 1), (304, 0xEE)])
  func aLogThatDoesNotEndWithAnUnmount(_ offset: Int, _ value: UInt8) async throws {
    let image = try await Image()
    let log = try #require(try image.opened().log())
    let file = try Descriptor(FilePath(image.path), .readWrite)
    try file.write([value], at: log.lowerBound + UInt64(offset))
    #expect(try !image.opened().logIsClean())
    // No record at all.
    try file.write([UInt8](repeating: 0, count: 512), at: log.lowerBound)
    #expect(try !image.opened().logIsClean())
  }

  /// What xfs_admin(8) does to the log of a new UUID's file system.
  @Test func aLogThatWasClearedIsClean() async throws {
    let image = try await Image()
    try await Tool.require("xfs_admin", ["-U", "generate", image.path])
    #expect(try image.opened().logIsClean())
    #expect(try image.freeRuns().count > 3)
    let log = try #require(try image.opened().log())
    let file = try Descriptor(FilePath(image.path), .readWrite)
    // A record of the kernel's comes after another.
    try file.write([0, 0, 0, 0], at: log.lowerBound + 36)
    #expect(try !image.opened().logIsClean())
  }

  @Test func whatIsNoneIsRefused() async throws {
    let folder = try TestSupport.TemporaryFolder()
    func error(_ bytes: [UInt8]) throws -> XFSError? {
      let path = FilePath(try folder.write(bytes, to: "other"))
      return #expect(throws: XFSError.self) { _ = try XFSFileSystem(path) }
    }
    #expect(try error([]) == .cutOff)
    #expect(try error([UInt8](repeating: 1, count: 4096)) == .otherContent)
    #expect(
      #expect(throws: XFSError.self) { _ = try XFSFileSystem(FilePath(folder("none"))) }
        == .reading(.noSuchFileOrDirectory))
    let image = try await Image()
    try image.change(512, bytesAt: 0, checksumAt: 224) { $0[126] = 1 }
    #expect(#expect(throws: XFSError.self) { _ = try image.opened() } == .unfinished)
    try image.change(512, bytesAt: 0, checksumAt: 224) { ($0[126], $0[218]) = (0, 0x80) }
    #expect(#expect(throws: XFSError.self) { _ = try image.opened() } == .unknownFeatures(0x8000))
    try image.change(512, bytesAt: 0, checksumAt: 224) { ($0[218], $0[219]) = (0, $0[219] | 16) }
    #expect(#expect(throws: XFSError.self) { _ = try image.opened() } == .unfinished)
    try image.change(512, bytesAt: 0, checksumAt: 220) { _ in }
    #expect(#expect(throws: XFSError.self) { _ = try image.opened() } == .damage(.superblock))
  }

  /// Contradictions whose checksums are right, in the header of group 1: offset and value.
  @Test(arguments: [
    (0, 1), (7, 2), (11, 0), (14, 0), (16, 0xFF), (19, 0), (31, 0), (31, 9), (55, 0xEE), (64, 0xEE),
  ])
  func aDamagedHeader(_ offset: Int, _ value: UInt8) async throws {
    let image = try await Image()
    let start = try image.opened().start(ofGroup: 1)
    try image.change(512, bytesAt: start + 512, checksumAt: 216) { $0[offset] = value }
    let error = #expect(throws: XFSError.self) { try image.freeRuns() }
    #expect(
      error == .damage(.freeSpace(group: 1)) || error == .damage(.freeRuns(group: 1)),
      "\(error as Any)")
  }

  /// The same in the only leaf of group 1: a neighbour, which would be itself; the level; the count;
  /// where it lies; whose it is; a run of block 0, an empty one, one past the end.
  @Test(
    arguments: [
      (0, [1]), (4, [0, 1]), (6, [0, 0]), (6, [0xFF, 0xFF]), (12, [0, 0, 0, 1]), (23, [0xEE]),
      (32, [0xEE]), (51, [0]), (56, [0, 0, 0, 0]), (60, [0, 0, 0, 0]),
      (60, [0xFF, 0xFF, 0xFF, 0xFF]),
      (60, [0, 0, 0, 1]),
    ] as [(Int, [UInt8])])
  func aDamagedLeaf(_ offset: Int, _ values: [UInt8]) async throws {
    let image = try await Image()
    let fileSystem = try image.opened()
    let root = try await image.number("bnoroot")
    let place = fileSystem.start(ofGroup: 1) + root * 4096
    try image.change(4096, bytesAt: place, checksumAt: 52) {
      $0.replaceSubrange(offset..<offset + values.count, with: values)
    }
    let error = #expect(throws: XFSError.self) { try image.freeRuns() }
    #expect(error == .damage(.freeRuns(group: 1)), "\(error as Any)")
  }

  /// A run moved to a block before it, and one that both trees have where a tree or the free list lies.
  @Test(arguments: ["bnoroot", "cntroot", "list"])
  func freeIsNothingThatIsInUse(_ what: String) async throws {
    let image = try await Image()
    let start = try image.opened().start(ofGroup: 1)
    var wanted: UInt64 = 0
    if what == "list" {
      wanted = try await image.number("bno[\(try await image.number("flfirst"))]", in: "agfl")
    } else {
      wanted = try await image.number(what)
    }
    let block = [UInt8]((0..<4).map { UInt8(truncatingIfNeeded: wanted >> (24 - 8 * $0)) })
    for tree in ["bnoroot", "cntroot"] {
      let place = start + (try await image.number(tree)) * 4096
      try image.change(4096, bytesAt: place, checksumAt: 52) {
        #expect($0[7] == 1)
        $0.replaceSubrange(56..<60, with: block)
      }
      let error = #expect(throws: XFSError.self) { try image.freeRuns() }
      #expect(error == .damage(.freeRuns(group: 1)), "\(error as Any)")
    }
  }

  @Test func whatEndsTooEarlyIsSaid() async throws {
    let image = try await Image()
    try await Tool.require("truncate", ["-s", "100M", image.path])
    #expect(#expect(throws: XFSError.self) { try image.freeRuns() } == .cutOff)
  }
}

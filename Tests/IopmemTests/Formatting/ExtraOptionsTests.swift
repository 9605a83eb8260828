import SystemPackage
import Testing

@testable import Iopmem

/// What the operator adds is merged with what makes the layout, or refused.
@Suite struct ExtraOptionsTests {
  private func arguments(
    _ type: FormatRequest.FileSystemType, _ extra: [String],
    _ change: (inout FormatRequest) -> Void = { _ in }
  ) throws -> [String] {
    var request = FormatRequest(device: "/dev/iopmem0")
    request.type = type
    request.extraArguments = extra.map { Array($0.utf8) }
    change(&request)
    let command = try FormatPlan.command(
      for: request, on: FormatGeometry(length: ByteCount(1 << 30)))
    return command.arguments.map { String(decoding: $0, as: UTF8.self) }
  }

  private func value(_ option: String, _ arguments: [String]) throws -> String {
    let places = arguments.indices.filter { arguments[$0] == option }
    try #require(places.count == 1, "\(arguments)")
    return arguments[places[0] + 1]
  }

  @Test func listsAreMerged() throws {
    let plain = try arguments(.ext4, [])
    for extra in [["-E", "hash_seed=x,stride=512"], ["-vEhash_seed=x"], ["-R", "hash_seed=x"]] {
      let merged = try arguments(.ext4, extra)
      #expect(try value("-E", merged) == value("-E", plain) + ",hash_seed=x")
      #expect(merged.last == "/dev/iopmem0")
    }
    let features = try arguments(.ext4, ["-O", "casefold,extent,^bigalloc"])
    #expect(try value("-O", features) == value("-O", plain) + ",casefold")
    let twice = try arguments(.ext4, ["-E", "root_owner=1:1", "-E", "hash_seed=x"])
    #expect(try value("-E", twice) == value("-E", plain) + ",root_owner=1:1,hash_seed=x")
    let xfs = try arguments(
      .xfs, ["-m", "bigtime=1", "-d", "su=2m,projinherit=3", "-i", "maxpct=1", "-l", "size=64m"])
    let plainXFS = try arguments(.xfs, [])
    #expect(try value("-m", xfs) == value("-m", plainXFS) + ",bigtime=1")
    #expect(try value("-d", xfs) == value("-d", plainXFS) + ",projinherit=3")
    #expect(try value("-l", xfs) == value("-l", plainXFS))
    #expect(try value("-i", xfs) == "maxpct=1")
  }

  @Test func whatTheLayoutSaysMayBeSaidAgain() throws {
    let plain = try arguments(.ext4, [])
    let same = ["-b", "4k", "-m", "0", "-I256", "-J", "size=7", "-E", "lazy_itable_init=0", "-q"]
    #expect(try arguments(.ext4, same) == plain)
    #expect(try value("-e", arguments(.ext4, ["-e", "panic"])) == "panic")
    let label = try arguments(.ext4, ["-v"]) { $0.label = [0xFF] }
    #expect(label.contains("-v"))
  }

  @Test(
    arguments: [
      (["-E", "num_backup_sb=1"], "num_backup_sb=0"), (["-E", "packed_meta_blocks=0"], "=1"),
      (["-E", "lazy_itable_init=1"], "=0"), (["-E", "lazy_itable_init"], "=0"),
      (["-E", "stripe-width=8"], "stripe_width=512"), (["-E", "resize=9999999"], "room to grow"),
      (["-E", "hash_seed=x,discard"], "discard"), (["-E", "unheard_of"], "not known"),
      (["-E", ""], "not known"), (["-E", "stride=99999999999999999999g"], "stride=512"),
      (["-O", "none"], "needs"), (["-O", "^extent"], "needs it"), (["-O", "bigalloc"], "cluster"),
      (["-O", "^extents"], "needs it"), (["-E", "test_fs"], "for tests"),
      (["-O", "^has_journal"], "needs it"), (["-O", "resize_inode"], "room to grow"),
      (["-O", "unheard_of"], "not known"), (["-O", "casefold=1"], "not known"),
      (["-O", "quota"], "place could not"), (["-O", "project"], "place could not"),
      (["-O", "ea_inode"], "place could not"), (["-E", "quotatype=usrquota"], "place could not"),
      (["-O", "uninit_bg"], "metadata_csum"), (["-O", "fast_commit"], "journal"),
      (["-b", "1024"], "-b 4096"), (["-G", "1"], "-G"), (["-g", "8192"], "groups"),
      (["-N", "16"], "--inodes"), (["-J", "size=64"], "size=7"), (["-J", "device=/x"], "journal"),
      (["-L", "x"], "--label"), (["-t", "ext3"], "--type"), (["-c"], "bad blocks"),
      (["-d", "/etc"], "iopmem place"), (["-n"], "--dry-run"), (["-F"], "--force"),
      (["-vn"], "--dry-run"), (["-y"], "no option"), (["-b"], "needs a value"),
      (["/dev/sda"], "no option"), (["--"], "no option"), (["-"], "no option"), ([""], "no option"),
    ] as [([String], String)])
  func refusedOfExt4(_ extra: [String], _ why: String) throws {
    let failure = try #require(throws: Failure.self) { try arguments(.ext4, extra) }
    #expect(failure.code == .refused)
    #expect(failure.reason.contains(why), "\(failure.reason)")
  }

  @Test(
    arguments: [
      (["-d", "agcount=4"], "one group"), (["-d", "agsize=64m"], "agsize="),
      (["-d", "su=4m"], "su=2097152"), (["-d", "sw=2"], "sw=1"), (["-d", "noalign"], "aligned"),
      (["-d", "file=1"], "--size"), (["-d", "file,name=/x"], "--size"),
      (["-d", "daxinherit=0"], "daxinherit=1"), (["-m", "reflink=1"], "reflink=0"),
      (["-m", "rmapbt=1"], "rmapbt=0"), (["-m", "crc=0"], "crc=1"),
      (["-b", "size=1k"], "size=4096"),
      (["-b", "log=12"], "not known"), (["-s", "size=512"], "size=4096"),
      (["-l", "logdev=/dev/x"], "log lies"), (["-l", "agnum=0"], "agnum=1"),
      (["-l", "size=128m"], "size=67108864"), (["-r", "rtdev=/dev/x"], "another device"),
      (["-p", "proto"], "iopmem place"), (["-c", "options=x"], "anything"), (["-N"], "--dry-run"),
      (["-n", "unheard=1"], "not known"), (["-i", "unheard=1"], "not known"),
    ] as [([String], String)])
  func refusedOfXFS(_ extra: [String], _ why: String) throws {
    let failure = try #require(throws: Failure.self) { try arguments(.xfs, extra) }
    #expect(failure.code == .refused)
    #expect(failure.reason.contains(why), "\(failure.reason)")
  }
}

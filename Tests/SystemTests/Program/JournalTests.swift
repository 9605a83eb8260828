import TestSupport
import Testing

/// Messages to the systemd journal, which a program in a namespace of its own stands in for.
@Suite(.enabled(if: Project.isRoot, "needs root: a mount namespace"))
struct JournalTests {
  /// Runs `iopmem map /proc`, which is refused, as a service whose standard error is the journal's.
  /// - Parameters:
  ///   - stream: what the shell makes of it is `JOURNAL_STREAM`.
  ///   - listens: whether there is a journal.
  /// - Returns: what the journal and what standard error got.
  private func said(
    stream: String = "$(stat -Lc %d:%i errors)", listens: Bool = true
  ) async throws -> (journal: String, errors: String) {
    let folder = try TemporaryFolder()
    try await Tool.require(
      "unshare",
      [
        "--mount", "sh", "-euc",
        """
        cd "$1"; mount -t tmpfs none /run; mkdir -p /run/systemd/journal; : >errors; : >journal
        if \(listens); then
          /usr/bin/python3 -c '
        import socket
        s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        s.bind("/run/systemd/journal/socket")
        s.settimeout(2)
        try: open("journal", "wb").write(s.recv(65536))
        except TimeoutError: pass' &
          until [ -S /run/systemd/journal/socket ]; do sleep 0.05; done
        fi
        status=0
        JOURNAL_STREAM=\(stream) "$2" map /proc 2>>errors || status=$?
        wait
        [ $status = 2 ]
        """, "sh", folder.path, Project.binary,
      ])
    return (
      try await Tool.require("cat", [folder("journal")]).text,
      try await Tool.require("cat", [folder("errors")]).text
    )
  }

  private static let sentence = "/proc: is on proc, which lies on no block device\n"

  @Test func aServicesMessagesHaveFields() async throws {
    let (journal, errors) = try await said()
    #expect(errors == "")
    let lines = journal.split(separator: "\n")
    #expect(lines.contains("MESSAGE=" + Self.sentence.dropLast()))
    for field in [
      "PRIORITY=3", "SYSLOG_IDENTIFIER=iopmem", "IOPMEM_CODE=refused", "IOPMEM_STATUS=2",
      "IOPMEM_SUBJECT=/proc",
    ] { #expect(lines.contains(Substring(field)), "\(journal)") }
  }

  @Test func whoHasAnotherStandardErrorIsToldThere() async throws {
    let (journal, errors) = try await said(stream: "1:2")
    #expect(journal == "")
    #expect(errors == "iopmem: " + Self.sentence)
  }

  @Test func withoutAJournalNothingIsLost() async throws {
    let (_, errors) = try await said(listens: false)
    #expect(errors == "iopmem: " + Self.sentence)
  }
}

import TestSupport
import Testing

/// The pictures of `iopmem check`, in every form, on captured machines.
@Suite struct CheckPictureTests {
  private static let names = """
    1af4  Red Hat, Inc.
    \t1110  Inter-VM <shared> & "quoted" \\memory
    1b36  Red Hat, Inc.

    """

  /// A captured machine with names of its own.
  private func machine(_ name: String) throws -> Sysroot {
    let machine = try Sysroot(copyOf: Project.folder + "/fixtures/sysroots/" + name)
    try machine.put(Self.names, at: "usr/share/misc/pci.ids")
    return machine
  }

  private func check(_ machine: Sysroot, _ arguments: [String]) async throws -> Tool {
    try await Tool.iopmem(
      ["check", "--sysroot", machine.path, "iopmem0"] + arguments,
      environment: ["LC_ALL": "C.UTF-8"])
  }

  @Test func theWayToTheTurningPointAndDown() async throws {
    let result = try await check(machine("iopmem-switch"), ["--tree", "--for", "05:00.0"])
    result.expect(status: 0)
    #expect(
      result.text == """
        ways to /dev/iopmem0: an address for 1 of 1 client
        pci0000:00  host bridge  8086:29c0
        └─0000:00:01.0  Red Hat, Inc. device 000c
          └─0000:01:00.0  ↩ turning point  104c:8232
            ┣━0000:02:00.0  104c:8233
            ┃ ┗━0000:03:00.0  provider /dev/iopmem0  Red Hat, Inc. Inter-VM <shared> & "quoted" \\memory
            ┗━0000:02:02.0  104c:8233
              ┗━0000:05:00.0  client ✓ bus-address  Red Hat, Inc. device 0010
                  ! iommu-bypassed: may have an IOMMU that translates, and its requests turn below it, \
        where only the bus address holds
        ✓ requests arrive, by this address  ↩ requests turn here  ! mind this  \
        ━ the way of requests that arrive

        """)
  }

  /// The way ends where requests end, and the reason stands there.
  @Test func theWayThatEnds() async throws {
    let silent = try machine("iopmem-switch")
    let port = "sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/0000:02:00.0/config"
    try await Tool.require(
      "sh",
      ["-c", #"printf '\004' | dd of="$0" bs=1 seek=4 conv=notrunc"#, silent.path + "/" + port])
    let result = try await check(silent, ["--tree", "--for", "05:00.0"])
    result.expect(status: 2)
    let lines = result.text.split(separator: "\n")
    let port0 = try #require(lines.firstIndex { $0.hasPrefix("    ┣╍0000:02:00.0") })
    #expect(lines[port0 + 1].hasSuffix("✗ bridge-decoding-off: has memory decoding off"))
    #expect(lines.contains { $0.hasPrefix("    ┇ └─0000:03:00.0  provider ") }, "\(result.text)")
    #expect(lines.contains { $0.hasPrefix("      ┗╍0000:05:00.0  client ✗ not-supported") })
  }

  @Test(arguments: [
    ("iopmem", ["--all-clients"]), ("iopmem-switch", ["--all-clients"]),
    ("iopmem-switch", ["--for", "05:00.0"]), ("iopmem-iommu", ["--for", "nvme0n1"]),
    ("iopmem-decoding-off", ["--all-clients"]), ("iopmem-wide-domain", ["--all-clients"]),
  ])
  func everyFormSaysTheSame(_ name: String, _ clients: [String]) async throws {
    let machine = try machine(name)
    let tree = try await check(machine, ["--tree"] + clients)
    let folder = try TemporaryFolder()
    var files = [try folder.write(tree.output, to: "tree")]
    for form in ["svg", "dot"] {
      let picture = try await check(machine, ["--" + form] + clients)
      picture.expect(status: tree.status)
      files.append(try folder.write(picture.output, to: form))
    }
    try await Tool.require("/usr/bin/python3", ["-c", Self.comparison] + files)
  }

  /// All words of the tree, in its order, against those of the boxes; the number of ways against that of
  /// thick lines.
  private static let comparison = #"""
    import re, sys, html, xml.dom.minidom
    tree, svg, dot = (open(name).read() for name in sys.argv[1:])
    xml.dom.minidom.parseString(svg)
    def words(text): return re.sub(r"[\s│┃┇├┣┠┡└┗─━╍]", "", text)
    texts = [html.unescape(t) for t in re.findall(r"<text [^>]*>(.*?)</text>", svg, re.S)]
    labels = [html.unescape(re.sub(r"<[^>]*>", "", line))
              for line in re.findall(r"label=<(.*?)>(?:\]|;$)", dot, re.M)]
    heading, *boxes = tree.splitlines()
    assert texts[0] == heading == labels[0], (texts[0], labels[0])
    # On the terminal the model stands behind what the function is; elsewhere too, on a line of its own.
    end = next(n for n, line in enumerate(boxes) if re.match(r"[✓↩!?✗] ", line))
    drawn = words("".join(boxes[:end]))
    assert words("".join(texts[1:])).startswith(drawn), (drawn, texts)
    assert sorted(drawn) == sorted(words("".join(labels[1:-1]))), (drawn, labels)
    for legend in re.findall(r"[✓↩!?✗] .*?(?=  |$)", "\n".join(boxes[end:]), re.M):
        assert legend in texts and words(legend) in words(labels[-1]), legend
    tops = "\n".join(line for line in boxes[:end] if re.search(r"[━╍]", line))
    for sign, look in [("━", 'stroke-width="3"/'), ("╍", "stroke-dasharray")]:
        lines = len(re.findall("[┣┡┗]" + sign, tops))
        assert len(re.findall(r"<path d=\"M\d+ \d+V.*" + look, svg)) == lines, (sign, svg)
    assert len(re.findall("penwidth=3", dot)) == len(re.findall("[┣┡┗][━╍]", tops)), dot
    """#

  @Test func nobodyToJudge() async throws {
    let machine = try machine("iopmem-switch")
    for name in ["00:02.0", "00:1f.0", "00:1f.2", "00:1f.3", "04:00.0", "05:00.0"] {
      try machine.remove("sys/bus/pci/devices/0000:" + name)
    }
    for form in [[], ["--tree"], ["--dot"], ["--svg"]] {
      let result = try await check(machine, ["--all-clients"] + form)
      result.expect(status: 0)
      #expect(result.text.contains("no other function of the machine may do DMA: "), "\(form)")
      #expect(result.text.contains("exit status"), "\(result.text)")
      #expect(result.text.contains("0000:03:00.0"))
    }
  }

  /// A client of which no way is known is drawn all the same.
  @Test func aClientBehindAGap() async throws {
    let machine = try machine("iopmem-switch")
    try machine.remove("sys/bus/pci/devices/0000:02:02.0")
    let result = try await check(machine, ["--tree", "--for", "05:00.0"])
    result.expect(status: 3)
    #expect(
      result.text.contains("\n0000:05:00.0  client ? unknown  Red Hat, Inc. device 0010\n"),
      "\(result.text)")
    #expect(result.text.contains("? path-unseen: a bridge between the two cannot be read"))
  }
}

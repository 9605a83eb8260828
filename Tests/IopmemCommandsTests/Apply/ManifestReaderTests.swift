import Iopmem
import Linux
import PCI
import SystemPackage
import TestSupport
import Testing
import YAML

@testable import IopmemCommands

@Suite struct ManifestReaderTests {
  private func read(_ text: String) throws -> Deployment {
    try ManifestReader.deployment(Array(text.utf8))
  }

  /// A manifest in which every field has a value.
  private static let whole = """
    schema: iopmem.manifest/1
    functions:
      - {address: 0000:03:00.0, bar: 2}
      - address: 0001:03:00.1
      - match: "10ee:903f:3"
    filesystems:
      - on: {device: /dev/iopmem0, base: "0xc0000000"}
        type: xfs
        label: models
        uuid: 8a3f6c1e-0000-4000-8000-0123456789ab
        journal: 64MiB
        no_dax_check: true
        mount: {at: /mnt/bar/, options: [noatime, nodev]}
        files:
          - path: models/a.bin
            source: /srv/../srv/a.bin
            digest: xxh128:00112233445566778899aabbccddeeff
            align: 1GiB
            mode: 0640
            owner: 5
            group: 6
            pinned: true
          - {path: "é", size: 64KiB, pinned: false}
          - {tree: data/x, source: /srv/x, mode: "0400"}
        reach:
          - {client: 0000:04:00.0, address: cpu-address, address_bits: 40}
          - {client: nvme0}
        maps:
          - {to: /run/iopmem/maps.json, files: [models/a.bin, "é"]}
          - to: /run/iopmem/prp
            files: ["é"]
            format: nvme-prp
            client: 0000:04:00.0
            address_bits: 40
            max_segment: 8M
            boundary: 4GiB
            align: 512
            max_segments: 1024
            list_base: "0x80000000"
            page_size: 8K
      - on: {function: 0000:03:00.0}
        no_bar: true
        mount: {at: /mnt/b}
    """

  @Test func everyFieldIsRead() throws {
    let deployment = try read(Self.whole)
    #expect(
      deployment.functions.map { "\($0.name) \($0.bar ?? -1)" }
        == ["0000:03:00.0 2", "0001:03:00.1 -1", "10ee:903f:3 -1"])
    try #require(deployment.fileSystems.count == 2)
    let first = deployment.fileSystems[0]
    #expect(first.device == .path("/dev/iopmem0") && first.mountPoint == "/mnt/bar")
    #expect(first.choices == WindowChoices(base: 0xc000_0000))
    #expect(!first.requiresDAX && first.needsBar && first.mountFlags == [.noatime, .nodev])
    #expect(first.format?.type == .xfs && first.format?.label == Array("models".utf8))
    #expect(first.format?.uuid == VolumeUUID("8a3f6c1e-0000-4000-8000-0123456789ab"))
    #expect(first.format?.journal == .size(ByteCount(64 << 20)))
    #expect(first.reach.map(\.address) == [.cpu, .any])
    #expect(first.reach.map { $0.client.name.description } == ["0000:04:00.0", "nvme0"])
    #expect(first.reach.map(\.client.addressBits) == [40, nil])
    #expect(first.maps.map(\.destination) == ["/run/iopmem/maps.json", "/run/iopmem/prp"])
    #expect(first.maps.map(\.files) == [["models/a.bin", "é"], ["é"]])
    try #require(first.files.count == 2)
    let file = first.files[0]
    #expect(file.path == "models/a.bin" && file.content == .copy(of: "/srv/a.bin"))
    #expect(file.digest == ContentDigest("xxh128:00112233445566778899aabbccddeeff"))
    #expect(file.alignment == ByteCount(1 << 30) && file.permissions == 0o640)
    #expect(file.user == 5 && file.group == 6 && file.isPinned == true)
    #expect(first.files[1].path == "é")
    #expect(first.trees.map(\.path) == ["data/x"] && first.trees[0].permissions == 0o400)
    #expect(first.trees[0].content == .copy(of: "/srv/x"))
    #expect(first.files[1].content == .buffer(ByteCount(65536)))
    #expect(first.files[1].isPinned == false)
    let second = deployment.fileSystems[1]
    #expect(second.requiresDAX && !second.needsBar && second.files.isEmpty)
    #expect(second.device == .function(.address(try #require(FunctionAddress("0000:03:00.0")))))
    #expect(second.format == nil)
  }

  @Test func theExampleIsRead() throws {
    let path = FilePath(Project.folder + "/share/examples/iopmem.yaml")
    let bytes = try Descriptor(path, .readOnly).readToEnd(limit: 1 << 16)
    let deployment = try ManifestReader.deployment(bytes)
    #expect(deployment.functions.count == 1 && deployment.fileSystems.count == 1)
    #expect(deployment.fileSystems.first?.maps.count == 1)
  }

  /// Programs that read YAML 1.1 take `on` for a truth, and write that.
  @Test func aManifestThatPyYAMLWroteIsTheSame() async throws {
    let path = Project.folder + "/share/examples/iopmem.yaml"
    let program = """
      import json, sys, yaml
      read = yaml.safe_load(open(sys.argv[1]))
      assert True in read["filesystems"][0]
      print(json.dumps(read) if sys.argv[2] == "json" else yaml.safe_dump(read))
      """
    let bytes = try Descriptor(FilePath(path), .readOnly).readToEnd(limit: 1 << 16)
    let expected = try ManifestReader.deployment(bytes)
    for form in ["yaml", "json"] {
      let written = try await Tool.require("/usr/bin/python3", ["-c", program, path, form])
      let deployment = try ManifestReader.deployment(written.output)
      #expect(deployment.fileSystems.map(\.device) == expected.fileSystems.map(\.device))
      #expect(deployment.functions.map(\.name) == expected.functions.map(\.name))
    }
  }

  @Test(arguments: [
    #""on": {"device": "/a"}, "true": {"device": "/b"}"#,
    #""true": {"device": "/a"}, "on": {"device": "/b"}"#,
  ])
  func oneFieldUnderTwoNamesIsRefused(_ fields: String) {
    #expect(throws: (any Error).self) { try read(WrongManifest.fileSystem(fields)) }
  }

  @Test func whatIsLeftOutIsLeftAlone() throws {
    let deployment = try read(WrongManifest.file(#""path": "a", "size": 1"#))
    let file = try #require(deployment.fileSystems.first?.files.first)
    #expect(file.permissions == nil && file.user == nil && file.group == nil)
    #expect(file.isPinned == nil && file.digest == nil && file.alignment == .pmd)
    #expect(deployment.fileSystems[0].requiresDAX && deployment.fileSystems[0].needsBar)
  }
}

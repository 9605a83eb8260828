import FoundationEssentials
import TestSupport
import Testing
import YAML

@testable import IopmemCommands

/// Manifests that make no sense as a whole, and that every field has a case.
@Suite struct WrongManifestTests {
  static let manifests = [
    WrongManifest("", "", line: 1, "empty"),
    WrongManifest("[]", "", line: 1, "must be a group of fields"),
    WrongManifest("filesystems: []", "", line: 1, "lacks the field schema"),
    WrongManifest("schema: x\nfilesystems: []", "schema", line: 1, "must be iopmem.manifest/1"),
    WrongManifest("schema: iopmem.manifest/1", "", line: 1, "lacks the field filesystems"),
    WrongManifest(
      "schema: iopmem.manifest/1\nfilesystems: []", "filesystems", line: 2, "an empty list"),
    WrongManifest("schema: iopmem.manifest/1\nfilesystem: []", "", line: 2, "but filesystems"),
    WrongManifest("schema: *a\n", "", line: 1, "alias"),
  ]

  @Test(arguments: manifests) func wrongManifest(_ manifest: WrongManifest) { manifest.check() }

  @Test func ofManyMistakesTheFirstAreTold() throws {
    let text = (1...5000).map { "field\($0): 0\n" }.joined()
    let refusal = #expect(throws: ManifestRefusal.self) {
      try ManifestReader.deployment(Array(text.utf8))
    }
    let all = try #require(refusal?.all)
    #expect(all.count == ManifestMistakes.most + 1 && all.last?.position.line == 101)
    #expect(all.last?.message.hasSuffix(" more mistakes begin here") == true)
  }

  /// A part of a JSON Schema, as far as fields are found by it.
  private final class Part: Decodable {
    let properties: [String: Part]?
    let items: Part?
    let reference: String?
    let definitions: [String: Part]?

    enum CodingKeys: String, CodingKey {
      case properties, items
      case reference = "$ref"
      case definitions = "$defs"
    }

    /// The fields below, as `filesystems[].on.device`.
    func fields(_ prefix: String, _ definitions: [String: Part]) -> [String] {
      if let reference {
        let part = definitions[String(reference.dropFirst("#/$defs/".count))]
        return part?.fields(prefix, definitions) ?? ["\(prefix) refers to \(reference)"]
      }
      let own = (properties ?? [:]).flatMap { name, part in
        let path = prefix.isEmpty ? name : "\(prefix).\(name)"
        return [path] + part.fields(path, definitions)
      }
      return own + (items?.fields(prefix + "[]", definitions) ?? [])
    }
  }

  /// All that is wrong is told at once, in the order of the text, and nothing that follows from it.
  @Test func severalMistakesAreAllTold() {
    let text = """
      schema: iopmem.manifest/1
      functions: [{address: x}, {bar: 9, address: "0000:03:00.0"}]
      filesystems:
        - on: {device: /dev/a}
          label: far too long for a label
          type: ext4
          mount: {at: mnt}
          files:
            - {path: a, size: 1, mode: 8, owner: -1}
            - {path: b, sise: 1, colour: 2}
            - {path: c, size: 1}
          maps: [{to: /m, files: [b]}]
        - on: {device: b}
          mount: {at: /mnt, options: [bad, worse]}
          maps: [{to: /m, files: [z]}]
      """
    do throws(ManifestRefusal) {
      _ = try ManifestReader.deployment(Array(text.utf8))
      #expect(Bool(false), "was taken")
    } catch {
      #expect(
        error.all.map { "\($0.position.line) \($0.field)" } == [
          "2 functions[0].address", "2 functions[1].bar", "5 filesystems[0].label",
          "7 filesystems[0].mount.at", "9 filesystems[0].files[0].mode",
          "9 filesystems[0].files[0].owner", "10 filesystems[0].files[1]",
          "10 filesystems[0].files[1]", "13 filesystems[1].on.device",
          "14 filesystems[1].mount.options[0]", "14 filesystems[1].mount.options[1]",
          "15 filesystems[1].maps[0].files[0]",
        ], "\(error.all.map(\.sentence))")
    }
  }

  @Test func everyFieldOfTheSchemaHasAWrongValue() throws {
    let text = FileManager.default.contents(
      atPath: Project.folder + "/share/schemas/iopmem.manifest.schema.json")
    let schema = try JSONDecoder().decode(Part.self, from: #require(text))
    let fields = schema.fields("", schema.definitions ?? [:])
    #expect(fields.count > 40 && fields.contains("filesystems[].files[].mode"))
    let wrong = Set(
      WrongManifest.all.map { manifest in
        let field = manifest.field.replacing(/\[[0-9]+\]/, with: "[]")
        return field.hasSuffix("[]") ? String(field.dropLast(2)) : field
      })
    let missing = fields.filter { !wrong.contains($0) }.sorted()
    #expect(missing.isEmpty, "no case has a wrong value for \(missing)")
  }
}

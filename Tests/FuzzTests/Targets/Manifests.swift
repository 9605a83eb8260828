import Iopmem
import SystemPackage
import TestSupport
import YAML

@testable import IopmemCommands

extension FuzzTarget {
  /// Manifests of `iopmem apply`.
  static let manifest = FuzzTarget(
    name: "manifest",
    read: { bytes, _ in
      // libyaml ends a line at each of these: \n, \r, NEL, LS and PS.
      let lines = 1 + bytes.count { [0x0A, 0x0D, 0x85, 0xA8, 0xA9].contains($0) }
      if let node = try? YAMLNode.parse(bytes) {
        var text: [UInt8] = []
        node.write(to: &text)
        guard let again = try? YAMLNode.parse(text) else {
          throw Broken(
            what: "is written so that it is refused: \(String(decoding: text, as: UTF8.self))")
        }
        try hold(again.holds(the: node), "\(node) is read again as \(again)")
      }
      let deployment: Deployment
      do throws(ManifestRefusal) {
        deployment = try ManifestReader.deployment(bytes)
      } catch {
        try hold(!error.all.isEmpty, "is refused without a reason")
        for mistake in error.all {
          try hold((1...lines).contains(mistake.position.line), "\(mistake) of \(lines) lines")
          try hold(mistake.position.column >= 1, "\(mistake)")
          try hold(Failure(.misuse, "/m.yaml", mistake.sentence))
        }
        return
      }
      try hold(!deployment.fileSystems.isEmpty, "declares nothing, and is taken")
      for fileSystem in deployment.fileSystems {
        let point = fileSystem.mountPoint
        try hold(point.isAbsolute && point == point.lexicallyNormalized(), "mounts at \(point)")
      }
    })
}

extension YAMLNode {
  /// Writes the node as YAML.
  fileprivate func write(to text: inout [UInt8]) {
    switch content {
    case .scalar(let scalar, _): Self.write(scalar, to: &text)
    case .sequence(let nodes):
      text.append(UInt8(ascii: "["))
      for (index, node) in nodes.enumerated() {
        if index > 0 { text.append(UInt8(ascii: ",")) }
        node.write(to: &text)
      }
      text.append(UInt8(ascii: "]"))
    case .mapping(let members):
      text.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { text.append(UInt8(ascii: ",")) }
        // So written a name may have more than 1024 characters.
        text += Array("? ".utf8)
        Self.write(member.name, to: &text)
        text += Array(" : ".utf8)
        member.value.write(to: &text)
      }
      text.append(UInt8(ascii: "}"))
    }
  }

  /// Every character by its number, so that none has a meaning.
  private static func write(_ scalar: String, to text: inout [UInt8]) {
    text.append(UInt8(ascii: "\""))
    for character in scalar.unicodeScalars {
      let digits = String(character.value, radix: 16)
      text += Array(("\\U" + String(repeating: "0", count: 8 - digits.count) + digits).utf8)
    }
    text.append(UInt8(ascii: "\""))
  }

  /// Whether it says the same.
  fileprivate func holds(the other: YAMLNode) -> Bool {
    switch (content, other.content) {
    case (.scalar(let own, _), .scalar(let others, _)): return own.utf8.elementsEqual(others.utf8)
    case (.sequence(let own), .sequence(let others)):
      return own.count == others.count && zip(own, others).allSatisfy { $0.holds(the: $1) }
    case (.mapping(let own), .mapping(let others)):
      return own.count == others.count
        && zip(own, others).allSatisfy {
          $0.name.utf8.elementsEqual($1.name.utf8) && $0.value.holds(the: $1.value)
        }
    default: return false
    }
  }
}

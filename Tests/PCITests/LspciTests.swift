import Linux
import PCI
import SystemPackage
import TestSupport
import Testing

/// What lspci(8) reads of the same configuration spaces.
@Suite struct LspciTests {
  /// A machine's configuration spaces, as `lspci -xxxx` writes them and `lspci -F` reads them.
  private func dump(of root: SystemRoot) throws -> [UInt8] {
    var text = ""
    let folder: FilePath = "sys/bus/pci/devices"
    for name in try root.names(in: folder) {
      let file = folder.appending(name).appending("config")
      guard let bytes = try? root.bytes(file), bytes.count >= 64 else { continue }
      text += "\(name) function\n"
      for line in stride(from: 0, to: bytes.count, by: 16) {
        let hex = bytes[line..<min(line + 16, bytes.count)].map {
          ($0 < 16 ? "0" : "") + String($0, radix: 16)
        }
        text += (line < 16 ? "0" : "") + String(line, radix: 16) + ": "
        text += hex.joined(separator: " ") + "\n"
      }
      text += "\n"
    }
    return Array(text.utf8)
  }

  /// The control registers that lspci tells of, by function: the names of the bits that are set.
  private func controls(_ text: String) -> [String: Set<String>] {
    var controls: [String: Set<String>] = [:]
    var function = ""
    for line in text.split(separator: "\n") {
      if let first = line.first, first != "\t" {
        function = String(line.prefix { $0 != " " })
      } else if let place = line.firstRange(of: "ACSCtl:") {
        let words = line[place.upperBound...].split { $0 == " " || $0 == "\t" }
        controls[function] = Set(words.filter { $0.hasSuffix("+") }.map { String($0.dropLast()) })
      }
    }
    return controls
  }

  private func compare(_ root: SystemRoot) async throws -> Int {
    let folder = try TemporaryFolder()
    let file = try folder.write(try dump(of: root), to: "dump")
    let lspci = try await Tool.require("lspci", ["-F", file, "-D", "-vvv"])
    let told = controls(lspci.text)
    var compared = 0
    for node in try Topology(in: root).nodes.values {
      guard case .control(let bits) = node.accessControl else {
        #expect(told[node.address.description] == nil, "\(root.path) \(node.address)")
        continue
      }
      #expect(told[node.address.description] == Set(bits.names), "\(root.path) \(node.address)")
      compared += 1
    }
    return compared
  }

  @Test func fixtures() async throws {
    let root = Project.folder + "/fixtures/sysroots/iopmem-switch"
    #expect(try await compare(SystemRoot(FilePath(root))) > 0)
  }

  @Test(
    .enabled(
      if: Project.environment("IOPMEM_MACHINES") != nil,
      "IOPMEM_MACHINES names no folder of captured machines"))
  func publicMachines() async throws {
    let folder = FilePath(try #require(Project.environment("IOPMEM_MACHINES")))
    var compared = 0
    for set in ["from-dumps", "pciutils-single", "qemu"] {
      for name in try SystemRoot(folder).names(in: FilePath(set)) {
        compared += try await compare(SystemRoot(folder.appending(set).appending(name)))
      }
    }
    #expect(compared > 10)
  }
}

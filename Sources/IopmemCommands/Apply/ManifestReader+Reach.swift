internal import Iopmem

extension ManifestReader {
  static func reach(
    _ value: ManifestValue, _ mistakes: ManifestMistakes
  ) throws(ManifestMistake) -> DeployedReach {
    let fields = try ManifestFields(value, ["client", "address", "address_bits"], mistakes)
    let expected = DeployedReach.Address.allCases.map(\.rawValue).joined(separator: ", ")
    guard let client = try client(fields) else {
      throw value.mistake("lacks the field client")
    }
    let address = try fields["address"]?.parsed("one of " + expected) {
      DeployedReach.Address(rawValue: $0)
    }
    return DeployedReach(client, address ?? .any)
  }

  /// The client of the fields `client` and `address_bits`; nil where none is declared.
  static func client(_ fields: ManifestFields) throws(ManifestMistake) -> NamedClient? {
    let bits: UInt8? = try fields["address_bits"]?.number(32...64)
    guard let client = fields["client"] else {
      if let bits = fields["address_bits"] { throw bits.mistake("needs the field client") }
      return nil
    }
    let expected = "a PCI function with its domain, as 0000:03:00.0, or a name, as nvme0"
    let name = try client.parsed(expected) { text in
      ClientName(text).flatMap { name in
        if case .function = name, text.utf8.count(where: { $0 == UInt8(ascii: ":") }) != 2 {
          return ClientName?.none
        }
        return name
      }
    }
    return NamedClient(name, addressBits: bits)
  }
}

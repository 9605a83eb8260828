/// The forms of lists, by their numbers in the header.
public enum EngineListKind: UInt16, Sendable {
  /// Segments: file offset, address, length.
  case segments = 1
  /// Physical region pages of NVMe.
  case physicalRegionPages = 2
  /// A scatter gather list of NVMe.
  case scatterGatherList = 3
  /// Descriptors of AMD's XDMA.
  case xdma = 4
  /// Descriptors of AMD's QDMA.
  case qdma = 5
}

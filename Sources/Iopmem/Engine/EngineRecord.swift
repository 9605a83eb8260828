/// A record of a list, as it is written: numbers with the lowest byte first, and no room between.
public protocol EngineRecord: BitwiseCopyable, Sendable {}

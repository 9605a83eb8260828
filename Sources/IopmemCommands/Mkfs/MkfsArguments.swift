internal import ArgumentParser
internal import Iopmem

/// A type of file system as an argument.
struct TypeArgument: ExpressibleByArgument, CustomStringConvertible {
  /// The type.
  let type: FormatRequest.FileSystemType

  init(_ type: FormatRequest.FileSystemType) { self.type = type }

  init?(argument: String) {
    guard let type = FormatRequest.FileSystemType(rawValue: argument) else { return nil }
    self.type = type
  }

  var description: String { type.rawValue }
  static let allValueStrings = FormatRequest.FileSystemType.allCases.map(\.rawValue)
  static let defaultCompletionKind = CompletionKind.list(allValueStrings)
}

/// How to lock a device, as an argument.
struct LockArgument: ExpressibleByArgument {
  /// The choice.
  let lock: FormatRequest.Lock

  init?(argument: String) {
    guard let lock = FormatRequest.Lock(name: argument) else { return nil }
    self.lock = lock
  }

  static let allValueStrings = ["yes", "no", "nonblock"]
  static let defaultCompletionKind = CompletionKind.list(allValueStrings)
}

/// A UUID as an argument.
struct UUIDArgument: ExpressibleByArgument {
  /// The UUID.
  let uuid: VolumeUUID

  init?(argument: String) {
    guard let uuid = VolumeUUID(argument) else {
      AcceptedForm.tell("a UUID, 32 hex digits as 8-4-4-4-12")
      return nil
    }
    self.uuid = uuid
  }
}

/// A journal as an argument: `none`, or its length.
struct JournalArgument: ExpressibleByArgument {
  /// The journal.
  let journal: FormatRequest.Journal

  init?(argument: String) {
    if argument == "none" {
      journal = .none
    } else if let size = SizeArgument(argument: argument) {
      journal = .size(size.count)
    } else {
      AcceptedForm.tell("none, or " + SizeArgument.form)
      return nil
    }
  }
}

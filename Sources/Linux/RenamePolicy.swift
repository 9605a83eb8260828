/// What a rename does when the new name is taken: renameat2(2).
public enum RenamePolicy: Sendable {
  /// `RENAME_NOREPLACE`: fail with `fileExists`.
  case keep
  /// `RENAME_EXCHANGE`: the two change places, so that nothing is lost; both must exist.
  case exchange
  /// Take the name from what has it.
  case replace
}

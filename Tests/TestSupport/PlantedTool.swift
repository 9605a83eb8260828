/// Stands a script of a test's own in the place of one of the system's tools.
///
/// For root the toolkit takes tools from the system's folders alone, so the script is mounted over the
/// tool, for the one program; for others `PATH` leads to it.
public enum PlantedTool {
  /// Defines two functions for sh(1): `plant SCRIPT PROGRAM ...` runs a program that finds the script
  /// where the tool of its name is, and `real SCRIPT` copies the tool to `SCRIPT.real`, for the script to
  /// call.
  public static let shell = #"""
    PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
    real() { cp "$(command -v "${1##*/}")" "$1.real"; }
    plant() {
      script=$1; shift
      chmod +x "$script"
      [ "$(id -u)" = 0 ] || PATH=${script%/*}:$PATH exec "$@"
      tool=$(readlink -f "$(command -v "${script##*/}")")
      exec unshare -m sh -ec 'mount --bind "$1" "$2"; shift 2; exec "$@"' sh "$script" "$tool" "$@"
    }

    """#
}

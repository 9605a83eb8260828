internal import CStart
internal import IopmemCommands

/// The one binary behind `iopmem` and every link to it.
@main
enum Main {
  static func main() {
    iopmem_start()
    Program.run()
  }
}

import Iopmem
import Testing

@Suite struct VolumeUUIDTests {
  @Test func roundTrip() {
    let text = "01234567-89ab-cdef-0123-456789abcdef"
    #expect(VolumeUUID(text)?.description == text)
    #expect(VolumeUUID(text.uppercased())?.description == text)
    #expect(VolumeUUID(text)?.bytes.last == 0xEF)
  }

  @Test(arguments: [
    "", "random", "clear", "0123456789abcdef0123456789abcdef",
    "01234567-89ab-cdef-0123-456789abcde", "01234567-89ab-cdef-0123-456789abcdeg",
    "01234567-89ab-cdef-0123-456789abcdef ", "0123456-789ab-cdef-0123-456789abcdef",
    "+1234567-89ab-cdef-0123-456789abcdef", "00000000-0000-0000-0000-000000000000",
    "０１234567-89ab-cdef-0123-456789abcdef",
  ])
  func refused(_ text: String) { #expect(VolumeUUID(text) == nil) }
}

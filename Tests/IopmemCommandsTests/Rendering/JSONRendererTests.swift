import SystemPackage
import Testing

@testable import IopmemCommands

@Suite struct JSONRendererTests {
  @Test func separatesMembersAndElements() {
    var json = JSONRenderer<[UInt8]>([])
    json.beginObject()
    json.member("text", "a")
    json.member("number", 7)
    json.member("flag", nil as Bool?)
    json.member("list", ["x", "y"])
    json.key("objects")
    json.beginArray()
    for _ in 0..<2 {
      json.beginObject()
      json.endObject()
    }
    json.endArray()
    json.endObject()
    json.finish()
    #expect(
      String(decoding: json.sink, as: UTF8.self)
        == #"{"text":"a","number":7,"flag":null,"list":["x","y"],"objects":[{},{}]}"# + "\n")
  }

  @Test func escapesWhatAStringCannotHold() {
    var bytes: [UInt8] = []
    bytes.append(jsonString: "\"\\\u{1}\u{1F}é/")
    #expect(String(decoding: bytes, as: UTF8.self) == #""\"\\\u0001\u001fé/""#)
  }

  @Test func tellsBytesThatAreNoText() {
    #expect([0x61, 0xC3, 0xA9].hexUnlessText == nil)
    #expect([0x61, 0x0A, 0xFF].hexUnlessText == "610aff")
  }
}

internal import Iopmem

extension Occupancy {
  /// A page with the picture and all files, which asks nothing of any network: a click on a file
  /// shows its places, and the search shows the files whose paths hold the text.
  var html: String {
    let name = XML.escaped(QuotedName(device).text)
    let rows = files.enumerated().map { index, file in
      let cells = [
        file.start.map { place(of: $0).hex } ?? "", String(file.size.rawValue), String(file.pieces),
        states(of: file).joined(separator: ", "), QuotedName(file.path).text,
      ]
      let columns = cells.map { "<td>\(XML.escaped($0))</td>" }.joined()
      return "<tr data-file=\"\(index)\">\(columns)</tr>\n"
    }
    let head = [isInBar ? "BAR offset" : "disk offset", "bytes", "pieces", "state", "file"]
      .map { "<th>\($0)</th>" }.joined()
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
      style-src 'unsafe-inline'; script-src 'unsafe-inline'">
      <title>\(name): what lies where</title>
      <style>
      body { font-family: monospace; margin: 1em; }
      svg .chosen { stroke: black; stroke-width: 3; }
      tr.chosen { background: #fff8c5; }
      th, td { text-align: left; padding-right: 2em; }
      tr[data-file] { cursor: pointer; }
      </style>
      </head>
      <body>
      <h1>\(name)</h1>
      <p>\(BinaryUnits.rounded(length)), \(BinaryUnits.rounded(total(of: .free))) free, \
      \(fileCount)\(notes(isExact: true).map { ". " + $0 }.joined())</p>
      <p><label>Search: <input id="search" type="search"></label> <span id="count"></span></p>
      \(svg)
      <table>
      <thead><tr>\(head)</tr></thead>
      <tbody>
      \(rows.joined())</tbody>
      </table>
      <script>
      \(Self.script)
      </script>
      </body>
      </html>

      """
  }

  private static let script = """
    const rows = [...document.querySelectorAll("tr[data-file]")];
    const places = [...document.querySelectorAll("svg [data-file]")];
    function choose(files) {
      for (const part of [...rows, ...places])
        part.classList.toggle("chosen", files.has(part.dataset.file));
    }
    document.getElementById("search").addEventListener("input", (event) => {
      const text = event.target.value.toLowerCase();
      const found = new Set();
      for (const row of rows) {
        const matches = row.lastElementChild.textContent.toLowerCase().includes(text);
        row.hidden = !matches;
        if (matches) found.add(row.dataset.file);
      }
      choose(text ? found : new Set());
      document.getElementById("count").textContent = text ? found.size + " found" : "";
    });
    for (const part of [...rows, ...places])
      part.addEventListener("click", () => choose(new Set([part.dataset.file])));
    """
}

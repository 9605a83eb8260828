/// The JSON Schemas that are shipped, for tests to hold the program's output against.
public enum Schema {
  /// What is wrong with a document by the schema of a verb; nil when nothing is.
  ///
  /// Python's `jsonschema` judges, of the system's Python, which `scripts/setup` looks at: the
  /// tests' own reading of a schema would prove little.
  public static func complaint(about document: [UInt8], verb: String) async throws -> String? {
    let folder = try TemporaryFolder()
    let file = try folder.write(document, to: "document.json")
    let schema = Project.folder + "/share/schemas/iopmem.\(verb).schema.json"
    let result = try await Tool.run(
      "/usr/bin/python3",
      [
        "-c",
        """
        import json, sys, jsonschema
        document, schema = (json.load(open(name, encoding="utf-8")) for name in sys.argv[1:])
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.Draft202012Validator(schema).validate(document)
        """, file, schema,
      ])
    return withExtendedLifetime(folder) { result.status == 0 ? nil : result.errors }
  }
}

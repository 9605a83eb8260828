/// The JSON Schemas that are shipped, for tests to hold the program's output against.
public enum Schema {
  /// What is wrong with a document, or with several of a line each, by the schema of a verb; nil
  /// when nothing is.
  ///
  /// Python's `jsonschema` judges, of the system's Python, which `scripts/setup` looks at: the
  /// tests' own reading of a schema would prove little.
  public static func complaint(about lines: [UInt8], verb: String) async throws -> String? {
    let folder = try TemporaryFolder()
    let file = try folder.write(lines, to: "lines.json")
    let schema = Project.folder + "/share/schemas/iopmem.\(verb).schema.json"
    let result = try await Tool.run(
      "/usr/bin/python3",
      [
        "-c",
        """
        import json, sys, jsonschema
        lines, schema = (open(name, encoding="utf-8") for name in sys.argv[1:])
        schema = json.load(schema)
        jsonschema.Draft202012Validator.check_schema(schema)
        documents = [json.loads(line) for line in lines]
        assert documents
        for document in documents:
            jsonschema.Draft202012Validator(schema).validate(document)
        """, file, schema,
      ])
    return withExtendedLifetime(folder) { result.status == 0 ? nil : result.errors }
  }

  /// Which of several documents, a line each, follow the schema of a verb: their numbers from 0.
  public static func followers(among lines: [UInt8], verb: String) async throws -> [Int] {
    let folder = try TemporaryFolder()
    let file = try folder.write(lines, to: "lines.json")
    let result = try await Tool.require(
      "/usr/bin/python3",
      [
        "-c",
        """
        import json, sys, jsonschema
        lines, schema = (open(name, encoding="utf-8") for name in sys.argv[1:])
        judge = jsonschema.Draft202012Validator(json.load(schema))
        for number, line in enumerate(lines):
            if judge.is_valid(json.loads(line)):
                print(number)
        """, file, Project.folder + "/share/schemas/iopmem.\(verb).schema.json",
      ])
    return withExtendedLifetime(folder) {
      result.text.split(separator: "\n").compactMap { Int($0) }
    }
  }
}

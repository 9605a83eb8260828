#!/usr/bin/python
# SPDX-License-Identifier: MIT
from __future__ import absolute_import, division, print_function

__metaclass__ = type

DOCUMENTATION = r"""
module: iopmem_apply
short_description: Bring about what a manifest of iopmem declares
version_added: "0.1.0"
description:
  - Runs C(iopmem apply), which binds PCI functions, makes and mounts file systems on their memory,
    places files, and writes maps of the addresses at which other functions reach these.
  - What is as declared is left alone, and keeps its addresses.
  - What is left alone, made and refused is told in iopmem-apply(8), a manifest in iopmem.yaml(5).
author:
  - iopmem authors (@iopmem)
attributes:
  check_mode:
    description: Runs C(iopmem apply --plan), which changes nothing.
    support: full
  diff_mode:
    description: Shows each thing that changed, or would.
    support: full
  platform:
    description: Linux.
    support: full
    platforms: linux
options:
  manifest:
    description:
      - The manifest itself.
      - Put addresses of PCI functions, and modes, in quotes, since YAML 1.1 takes them for numbers.
      - Either this or O(path) is required.
    type: dict
  path:
    description: The manifest's path on the host.
    type: path
  wait:
    description: How many seconds to wait for functions and devices that are not there yet.
    type: int
  verify:
    description: Compare the bytes of files that are as they were placed with the source's, too.
    type: bool
    default: false
  prune:
    description:
      - Remove the files that an earlier run placed and that are no longer declared.
      - Of two manifests with files on one file system, none must be applied so.
    type: bool
    default: false
  executable:
    description: The program, if it is not C(iopmem) in the path.
    type: path
requirements:
  - iopmem, on the host
"""

EXAMPLES = r"""
- name: A model for an engine to read, and a buffer for it to write to
  iopmem.storage.iopmem_apply:
    manifest:
      schema: iopmem.manifest/1
      functions:
        - {address: "0000:03:00.0", bar: 2}
      filesystems:
        - "on": {function: "0000:03:00.0"}
          type: ext4
          mount: {at: /mnt/bar}
          files:
            - {path: models/a.bin, source: /srv/models/a.bin, mode: "0640", pinned: true}
            - {path: receive, size: 64MiB, pinned: true}
          reach:
            - {client: "0000:04:00.0", address: bus-address}
          maps:
            - {to: /run/iopmem/engine.json, files: [models/a.bin, receive], client: "0000:04:00.0"}
  register: applied
  notify: Restart the engine

- name: What is on the host already
  iopmem.storage.iopmem_apply:
    path: /etc/iopmem/manifest.yaml
    wait: 60
"""

RETURN = r"""
items:
  description:
    - The things in the order in which they were done, up to the first that was refused.
    - Also returned when the task fails.
  returned: when the program printed them
  type: list
  elements: dict
  contains:
    kind:
      description: What it is, as V(file).
      type: str
    subject:
      description: Which it is, a path or a function.
      type: str
    subject_hex:
      description: The bytes of the subject in hex when they are no UTF-8.
      type: str
    state:
      description: What became of it, or in check mode would.
      type: str
      sample: created
    code:
      description: How bad a refusal is.
      type: str
    reason:
      description: Why it was not left alone.
      type: str
    remedy:
      description: What to do about a refusal.
      type: str
rc:
  description: The program's exit status, 1 failed, 2 refused, 3 cannot be known, 64 a wrong manifest.
  returned: when the program ran
  type: int
"""

import json
import os
import tempfile

from ansible.module_utils.basic import AnsibleModule

SCHEMA = "iopmem.apply/1"


def listed(manifest):
    """The file systems, if they are what they should be: else the program tells."""
    found = manifest.get("filesystems")
    return found if isinstance(found, list) else []


def write_manifest(module):
    """The path of the manifest: where it is, or where it was written for this run."""
    if module.params["path"] is not None:
        return module.params["path"]
    for volume in listed(module.params["manifest"]):
        # YAML 1.1 takes the field "on" for a truth.
        for truth in (True, "True"):
            if isinstance(volume, dict) and truth in volume and "true" not in volume:
                volume["true"] = volume.pop(truth)
    handle, path = tempfile.mkstemp(prefix="manifest.", suffix=".json", dir=module.tmpdir)
    module.add_cleanup_file(path)
    with os.fdopen(handle, "w") as manifest:
        # In lines, since the program names those.
        json.dump(module.params["manifest"], manifest, indent=2)
    return path


def command(module, manifest):
    program = module.params["executable"]
    words = [program or module.get_bin_path("iopmem", required=True), "apply", "--json"]
    if module.check_mode:
        words.append("--plan")
    if module.params["verify"]:
        words.append("--verify")
    if module.params["prune"]:
        words.append("--prune")
    if module.params["wait"] is not None:
        words.append("--wait=%d" % module.params["wait"])
    return words + ["--", manifest]


def read(output):
    """What the program printed; ValueError if it is not what this module understands."""
    document = json.loads(output)
    if document.get("schema") != SCHEMA:
        raise ValueError("the schema is %s, not %s" % (document.get("schema"), SCHEMA))
    return document["changed"], document["items"]


def difference(items):
    """The things that are not as they were, a line each."""
    lines = ["%-9s%s %s" % (item["state"], item["kind"], item["subject"])
             for item in items if item["state"] not in ("ok", "kept")]
    return {"prepared": "".join(line + "\n" for line in lines)}


def main():
    module = AnsibleModule(
        argument_spec=dict(
            manifest=dict(type="dict"),
            path=dict(type="path"),
            wait=dict(type="int"),
            verify=dict(type="bool", default=False),
            prune=dict(type="bool", default=False),
            executable=dict(type="path"),
        ),
        mutually_exclusive=[("manifest", "path")],
        required_one_of=[("manifest", "path")],
        supports_check_mode=True,
    )
    rc, output, errors = module.run_command(command(module, write_manifest(module)))
    try:
        changed, items = read(output)
    except (AttributeError, KeyError, ValueError) as error:
        # What was done is not known.
        module.fail_json(
            msg=errors.strip() or "what the program printed makes no sense: %s" % error,
            rc=rc, changed=not module.check_mode, stdout=output)
    result = dict(changed=changed, items=items, rc=rc)
    if rc == 0:
        for line in errors.splitlines():
            module.warn(line)
    if module._diff:
        result["diff"] = difference(items)
    if rc != 0:
        module.fail_json(msg=errors.strip() or "the program ended with %d" % rc, **result)
    module.exit_json(**result)


if __name__ == "__main__":
    main()

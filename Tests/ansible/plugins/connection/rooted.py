# SPDX-License-Identifier: MIT
"""Hosts that are folders of this machine: ansible_host is the root that commands run in."""

import shlex

from ansible.plugins.connection.local import Connection as Local

DOCUMENTATION = """
    name: rooted
    short_description: run in another root of this machine
    description: [Run in another root of this machine.]
    author: iopmem authors
    extends_documentation_fragment: [connection_pipelining]
    options:
      root:
        description: The host's root.
        vars: [{name: ansible_host}]
        required: true
"""


class Connection(Local):
    transport = "rooted"

    def exec_command(self, cmd, in_data=None, sudoable=True):
        words = ["chroot", self.get_option("root"), "/bin/sh", "-c", cmd]
        return super().exec_command(shlex.join(words), in_data, sudoable)

    def put_file(self, in_path, out_path):
        return super().put_file(in_path, self.get_option("root") + out_path)

    def fetch_file(self, in_path, out_path):
        return super().fetch_file(self.get_option("root") + in_path, out_path)

// SPDX-License-Identifier: MIT
/*
 * failing: runs a command with one of its allocations in the kernel failing.
 *
 *   failing N FILE COMMAND...   the N-th of those that failslab is set to count
 *
 * Ends as the command does, and leaves in the file how many were still to come: 0 where one has failed.
 * Needs a kernel with CONFIG_FAULT_INJECTION (Documentation/fault-injection/fault-injection.rst).
 */
#include "helper.h"

#include <sys/wait.h>

static void copy(const char *from, const char *to)
{
	char text[32];
	int in = open_or_die(from, O_RDONLY);
	int out = open_or_die(to, O_WRONLY | O_CREAT | O_TRUNC);
	ssize_t length = read(in, text, sizeof(text));

	if (length <= 0 || write(out, text, length) != length)
		die("%s to %s", from, to);
	close(in);
	close(out);
}

int main(int argc, char **argv)
{
	char left[64];
	siginfo_t info;
	pid_t child;
	int status;

	if (argc < 4)
		return 64;
	child = fork();
	if (child < 0)
		die("fork");
	if (!child) {
		int fd = open_or_die("/proc/thread-self/fail-nth", O_WRONLY);

		if (write(fd, argv[1], strlen(argv[1])) < 0)
			die("fail-nth");
		execv(argv[3], argv + 3);
		die("%s", argv[3]);
	}
	/* It is told of a process that has ended, but not of one that was waited for. */
	if (waitid(P_PID, child, &info, WEXITED | WNOWAIT))
		die("waitid");
	snprintf(left, sizeof(left), "/proc/%d/fail-nth", child);
	copy(left, argv[2]);
	if (waitpid(child, &status, 0) != child)
		die("waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

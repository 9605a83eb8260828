// SPDX-License-Identifier: MIT
/*
 * steps COMMAND...: run a command, and hold it before each of its system calls that change a file
 * system: prints "step NAME", and goes on after a line of input. Prints "end STATUS" last.
 */
#include "helper.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>

#define ALWAYS(call) { SYS_##call, #call }

static const struct {
	long number;
	const char *name;
} changes[] = {
	ALWAYS(fallocate), ALWAYS(ftruncate), ALWAYS(pwrite64),	  ALWAYS(linkat),
	ALWAYS(renameat2), ALWAYS(mkdirat),   ALWAYS(unlinkat),	  ALWAYS(symlinkat),
	ALWAYS(fsync),	   ALWAYS(fdatasync), ALWAYS(syncfs),	  ALWAYS(fchmod),
	ALWAYS(fchown),	   ALWAYS(utimensat), ALWAYS(copy_file_range),
};

/* What the call that the process is about to make changes; NULL if nothing. */
static const char *change(const struct user_regs_struct *registers)
{
	long number = registers->orig_rax;

	if (number == SYS_openat)
		return registers->rdx & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY)) ? "openat" : NULL;
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++)
		if (changes[i].number == number)
			return changes[i].name;
	return NULL;
}

static void hold_before(pid_t process)
{
	struct user_regs_struct registers;
	const char *name;
	char line[16];

	if (ptrace(PTRACE_GETREGS, process, NULL, &registers))
		die("registers");
	/* At the entry of a call, and only there, the result is this. */
	name = registers.rax == (unsigned long long)-ENOSYS ? change(&registers) : NULL;
	if (!name)
		return;
	printf("step %s\n", name);
	fflush(stdout);
	if (!fgets(line, sizeof(line), stdin))
		die("nobody says to go on");
}

int main(int argc, char **argv)
{
	int status, signal = 0;
	pid_t process;

	if (argc < 2)
		return 64;
	process = fork();
	if (!process) {
		int quiet = open_or_die("/dev/null", O_RDWR);

		dup2(quiet, 0);
		dup2(quiet, 1);
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	if (process < 0 || waitpid(process, &status, 0) < 0)
		die("fork");
	if (ptrace(PTRACE_SETOPTIONS, process, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL))
		die("trace");
	for (;;) {
		if (ptrace(PTRACE_SYSCALL, process, NULL, signal) ||
		    waitpid(process, &status, 0) < 0)
			die("trace");
		if (!WIFSTOPPED(status))
			break;
		signal = 0;
		if (WSTOPSIG(status) == (SIGTRAP | 0x80))
			hold_before(process);
		else if (WSTOPSIG(status) != SIGTRAP)
			signal = WSTOPSIG(status);
	}
	printf("end %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	return 0;
}

// SPDX-License-Identifier: MIT
/*
 * fault LOG all COMMAND...: run a command, and write the calls by which it reads and changes files
 * to LOG: "KIND NUMBER own|child read|write NAME PATH", in the order of their beginnings. The kinds are
 * "file", for what is in the folder of LOG or has no full path, and "machine", for all else, which
 * may change between two runs; each is numbered from 1.
 *
 * fault LOG KIND NUMBER HOW COMMAND...: run a command whose call of this number ends as HOW says:
 *   errno=N   it is not made, and fails with this error;
 *   told=N    it is made, and tells of this error all the same;
 *   from=N    as errno, with every call after it that changes files; if it reads, with every one
 *             that reads the same file;
 *   short     it moves half of the bytes, and tells so;
 *   kill      the process is killed at its beginning.
 * LOG gets the line of that call; it stays empty if the command ended before.
 *
 * Ends as the command does, with 128 and the number for a signal.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

/* Which argument is a path, or a descriptor; -1 for none. */
struct call {
	long number;
	const char *name;
	int path, descriptor;
	int writes;
};

/* clang-format off */
#define BY_PATH(name, path, writes) { SYS_##name, #name, path, -1, writes }
#define BY_NUMBER(name, writes) { SYS_##name, #name, -1, 0, writes }
static const struct call calls[] = {
	BY_PATH(openat, 1, 0),	      BY_PATH(newfstatat, 1, 0),   BY_PATH(statx, 1, 0),
	BY_PATH(readlink, 0, 0),      BY_PATH(readlinkat, 1, 0),   BY_PATH(getxattr, 0, 0),
	BY_PATH(lgetxattr, 0, 0),     BY_PATH(llistxattr, 0, 0),   BY_PATH(listxattr, 0, 0),
	BY_PATH(linkat, 3, 1),	      BY_PATH(renameat2, 1, 1),	   BY_PATH(renameat, 1, 1),
	BY_PATH(rename, 0, 1),	      BY_PATH(mkdirat, 1, 1),	   BY_PATH(mkdir, 0, 1),
	BY_PATH(unlinkat, 1, 1),      BY_PATH(unlink, 0, 1),	   BY_PATH(symlinkat, 2, 1),
	BY_PATH(fchmodat, 1, 1),      BY_PATH(fchownat, 1, 1),	   BY_PATH(utimensat, 1, 1),
	BY_PATH(lsetxattr, 0, 1),     BY_PATH(mount, 1, 1),	   BY_PATH(open, 0, 0),
	BY_PATH(access, 0, 0),	      BY_PATH(faccessat, 1, 0),	   BY_PATH(faccessat2, 1, 0),
	BY_NUMBER(read, 0),	      BY_NUMBER(pread64, 0),	   BY_NUMBER(getdents64, 0),
	BY_NUMBER(lseek, 0),	      BY_NUMBER(fstat, 0),	   BY_NUMBER(fstatfs, 0),
	BY_NUMBER(flock, 0),	      BY_NUMBER(fcntl, 0),	   BY_NUMBER(ioctl, 0),
	BY_NUMBER(fgetxattr, 0),      BY_NUMBER(flistxattr, 0),	   BY_NUMBER(fadvise64, 0),
	BY_NUMBER(write, 1),	      BY_NUMBER(pwrite64, 1),	   BY_NUMBER(ftruncate, 1),
	BY_NUMBER(fallocate, 1),      BY_NUMBER(fsync, 1),	   BY_NUMBER(fdatasync, 1),
	BY_NUMBER(syncfs, 1),	      BY_NUMBER(sync_file_range, 1), BY_NUMBER(fchmod, 1),
	BY_NUMBER(fchown, 1),	      BY_NUMBER(fsetxattr, 1),	   BY_NUMBER(fremovexattr, 1),
	BY_NUMBER(close, 0),	      { SYS_copy_file_range, "copy_file_range", -1, 2, 1 },
};
/* clang-format on */

static FILE *log_file;
static pid_t command;
static char program_folder[4096], log_folder[4096];
static unsigned long target, counts[2];
static int target_kind;
static const char *const kinds[] = { "file", "machine" };
static const char *how;
static int error_number;
/* Who is in the call that fails. */
static pid_t failing;
static int is_failing, is_reading, is_done;
static char failing_path[4096];

static void die(const char *what)
{
	perror(what);
	exit(125);
}

static const struct call *call_of(long number)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (calls[i].number == number)
			return &calls[i];
	return NULL;
}

static unsigned long long argument(const struct user_regs_struct *registers, int index)
{
	const unsigned long long arguments[] = { registers->rdi, registers->rsi, registers->rdx,
						 registers->r10, registers->r8,	 registers->r9 };

	return arguments[index];
}

/* Reads a text of another process, as far as it is there. */
static void read_text(pid_t process, unsigned long long address, char *text, size_t size)
{
	struct iovec to = { text, size - 1 }, from = { (void *)address, size - 1 };
	ssize_t length;

	/* A read may not begin in one page and fail in the next. */
	if ((address & 4095) + size > 4096)
		from.iov_len = to.iov_len = 4096 - (address & 4095);
	if (from.iov_len > size - 1)
		from.iov_len = to.iov_len = size - 1;
	length = process_vm_readv(process, &to, 1, &from, 1, 0);
	text[length < 0 ? 0 : length] = 0;
	if (strlen(text) == to.iov_len && to.iov_len < size - 1) {
		struct iovec rest = { text + to.iov_len, size - 1 - to.iov_len };

		from.iov_base = (void *)(address + to.iov_len);
		from.iov_len = rest.iov_len;
		length = process_vm_readv(process, &rest, 1, &from, 1, 0);
		text[to.iov_len + (length < 0 ? 0 : length)] = 0;
	}
	text[strcspn(text, "\n")] = 0;
}

static void path_of(pid_t process, const struct call *call,
		    const struct user_regs_struct *registers, char *path, size_t size)
{
	char link[64];
	ssize_t length;

	path[0] = 0;
	if (call->path >= 0)
		read_text(process, argument(registers, call->path), path, size);
	if (path[0] || (call->path == 0))
		return;
	/* With AT_EMPTY_PATH too. */
	snprintf(link, sizeof(link), "/proc/%d/fd/%d", process,
		 (int)argument(registers, call->descriptor < 0 ? 0 : call->descriptor));
	length = readlink(link, path, size - 1);
	path[length < 0 ? 0 : length] = 0;
}

/* What the linker, the C library and Swift's read for themselves, and by what they wake threads. */
static int is_of_library(const char *path)
{
	static const char *const places[] = { "/lib", "/usr/lib", "/etc/ld.so", "/opt",
					      "/usr/share", "/sys/devices/system/cpu",
					      "/sys/fs/cgroup", "anon_inode:", "socket:" };

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (!strncmp(path, places[i], strlen(places[i])))
			return 1;
	if (!strncmp(path, program_folder, strlen(program_folder)))
		return 1;
	return strstr(path, ".so") ||
	       (!strncmp(path, "/proc/", 6) && (strstr(path, "/maps") || strstr(path, "/exe")));
}

static int is_of_machine(const char *path)
{
	return path[0] == '/' && strncmp(path, log_folder, strlen(log_folder));
}

static int is_read(const struct call *call)
{
	return call->number == SYS_read || call->number == SYS_pread64;
}

static int writes(const struct call *call, const struct user_regs_struct *registers)
{
	if (call->number == SYS_openat)
		return !!(registers->rdx & (O_CREAT | O_WRONLY | O_RDWR));
	/* The direction of a request is in its upper two bits: _IOW. */
	if (call->number == SYS_ioctl)
		return registers->rsi >> 30 == 1;
	return call->writes;
}

static void set(pid_t process, struct user_regs_struct *registers)
{
	if (ptrace(PTRACE_SETREGS, process, NULL, registers))
		die("registers");
}

static void enter(pid_t process, pid_t owner)
{
	struct user_regs_struct registers;
	const struct call *call;
	char path[4096];
	unsigned long number;
	int does_write, kind;

	if (is_done || ptrace(PTRACE_GETREGS, process, NULL, &registers))
		return;
	call = call_of(registers.orig_rax);
	if (!call)
		return;
	path_of(process, call, &registers, path, sizeof(path));
	if (is_of_library(path))
		return;
	kind = is_of_machine(path);
	number = ++counts[kind];
	does_write = writes(call, &registers);
	if (target && !is_failing &&
	    (kind != target_kind || number != target))
		return;
	/* With "from" the first is as asked for, and the others are those that do as it does. */
	if (is_failing && (is_reading ? !is_read(call) || strcmp(path, failing_path) :
					!does_write || kind || !strncmp(path, "pipe:", 5)))
		return;
	if (!is_failing)
		fprintf(log_file, "%s %lu %s %s %s %s\n", kinds[kind], number,
			owner == command ? "own" : "child", does_write ? "write" : "read",
			call->name, path);
	if (!target)
		return;
	fflush(log_file);
	if (!strcmp(how, "kill")) {
		kill(owner, SIGKILL);
		is_done = 1;
		return;
	}
	failing = process;
	if (!is_failing) {
		is_failing = 1;
		is_reading = !does_write;
		strcpy(failing_path, path);
	}
	if (!strcmp(how, "short")) {
		int size = call->number == SYS_copy_file_range ? 4 : 2;

		if (size == 4)
			registers.r8 = (registers.r8 + 1) / 2;
		else
			registers.rdx = (registers.rdx + 1) / 2;
		set(process, &registers);
	} else if (strcmp(how, "told")) {
		registers.orig_rax = -1;
		set(process, &registers);
	}
}

static void leave(pid_t process)
{
	struct user_regs_struct registers;

	if (process != failing)
		return;
	failing = 0;
	if (strcmp(how, "short")) {
		if (ptrace(PTRACE_GETREGS, process, NULL, &registers))
			die("registers");
		registers.rax = -error_number;
		set(process, &registers);
	}
	is_done = strcmp(how, "from") != 0;
}

/* The process that a thread belongs to. */
static pid_t owner_of(pid_t thread)
{
	char name[64], line[256];
	pid_t owner = thread;
	FILE *status;

	snprintf(name, sizeof(name), "/proc/%d/status", thread);
	status = fopen(name, "r");
	while (status && fgets(line, sizeof(line), status))
		if (sscanf(line, "Tgid: %d", &owner) == 1)
			break;
	if (status)
		fclose(status);
	return owner;
}

static int follow(void)
{
	for (;;) {
		struct __ptrace_syscall_info info;
		int status, event, signal = 0;
		pid_t process = waitpid(-1, &status, __WALL);

		if (process < 0)
			die("wait");
		if (!WIFSTOPPED(status)) {
			if (process != command)
				continue;
			return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
		}
		signal = WSTOPSIG(status);
		event = status >> 16;
		if (signal == (SIGTRAP | 0x80)) {
			signal = 0;
			if (ptrace(PTRACE_GET_SYSCALL_INFO, process, sizeof(info), &info) > 0) {
				if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
					enter(process, owner_of(process));
				else if (info.op == PTRACE_SYSCALL_INFO_EXIT)
					leave(process);
			}
		} else if (event || signal == SIGSTOP) {
			/* A new thread or process begins with a stop. */
			signal = 0;
		}
		ptrace(is_done ? PTRACE_CONT : PTRACE_SYSCALL, process, NULL, signal);
	}
}

int main(int argc, char **argv)
{
	long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL | PTRACE_O_TRACECLONE |
		       PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC;
	int status;

	if (argc < 4)
		return 125;
	log_file = fopen(argv[1], "we");
	if (!log_file)
		die(argv[1]);
	snprintf(log_folder, sizeof(log_folder), "%s", argv[1]);
	if (strrchr(log_folder, '/'))
		strrchr(log_folder, '/')[1] = 0;
	if (strcmp(argv[2], "all")) {
		if (argc < 6)
			return 125;
		target_kind = !strcmp(argv[2], kinds[1]);
		target = strtoul(argv[3], NULL, 10);
		how = strtok(argv[4], "=");
		error_number = atoi(strtok(NULL, "=") ?: "0");
	}
	argv += target ? 5 : 3;
	if (!realpath(argv[0], program_folder))
		die(argv[0]);
	if (strrchr(program_folder, '/'))
		strrchr(program_folder, '/')[1] = 0;
	command = fork();
	if (!command) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		execv(argv[0], argv);
		_exit(127);
	}
	if (command < 0 || waitpid(command, &status, 0) < 0)
		die("fork");
	if (ptrace(PTRACE_SETOPTIONS, command, NULL, options) ||
	    ptrace(PTRACE_SYSCALL, command, NULL, 0))
		die("trace");
	status = follow();
	fclose(log_file);
	return status;
}

#include "CStart.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>

extern char **environ;

/* Where the last variable stands, and what it was. */
static char **last_place;
static char *last;
static char own_orders[] = "SWIFT_BACKTRACE=enable=no,swift-backtrace=/nonexistent";

/*
 * What the libraries of e2fsprogs and util-linux, and Swift's runtime, take for orders: a time, a mount
 * that is none, text among the answers, a program to run.
 */
static const char *const prefixes[] = {
	"BLKID_", "E2FSPROGS_", "EXT2FS_", "LIBBLKID_", "SWIFT_BACKTRACE=", "SWIFT_ROOT=", "TEST_IO_",
	"UNIX_IO_",
};

static int is_order(const char *variable)
{
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
		if (!strncmp(variable, prefixes[i], strlen(prefixes[i])))
			return 1;
	return 0;
}

/*
 * Keeps from the libraries, and from Swift's runtime, what somebody else may have put into the
 * environment; they read it as they are loaded or later, so this comes first.
 *
 * Where the program is killed by a signal of its own, the runtime runs another, which its variables
 * name: whoever sets them would choose what root runs. Without a name it looks for one by /proc, and
 * ends where that is not mounted; so it gets one. A runtime that is a library of its own comes before
 * even this, and has its handlers taken away.
 */
__attribute__((constructor(101))) static void forget_orders(void)
{
	static const int signals[] = { SIGQUIT, SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGTRAP };
	char **to = environ;

	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		struct sigaction action;

		if (!sigaction(signals[i], NULL, &action) && action.sa_handler != SIG_IGN)
			signal(signals[i], SIG_DFL);
	}
	for (char **from = environ; from && *from; from++)
		if (!is_order(*from))
			*to++ = *from;
	if (!to)
		return;
	*to = NULL;
	/*
	 * In the place of another: one more would move them all, and the runtime looks for the arguments
	 * in front of where they were.
	 */
	if (to > environ) {
		last_place = to - 1;
		last = *last_place;
		*last_place = own_orders;
	}
}

void iopmem_start(void)
{
	if (last_place)
		*last_place = last;
}

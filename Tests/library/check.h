/* SPDX-License-Identifier: MIT */
/* What the tests of the library have in common. They are C and C++ alike. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <iopmem.h>

/* Ends the test, and says where, unless a condition holds. */
#define CHECK(condition) check((condition) != 0, #condition, __FILE__, __LINE__)

static inline void check(int holds, const char *condition, const char *file, int line)
{
	if (holds)
		return;
	fprintf(stderr, "%s:%d: %s (%s)\n", file, line, condition, iopmem_error_message());
	exit(1);
}

/* Whether a call answered this, and said why. */
static inline int refused(int result, int expected, const char *reason)
{
	return result == expected && strstr(iopmem_error_message(), reason);
}

/* How the tests open files: on devices that are no BARs. */
static inline struct iopmem_options options_with(uint64_t base, uint32_t flags)
{
	struct iopmem_options options;

	iopmem_options_init(&options);
	options.flags = IOPMEM_BASE | IOPMEM_NO_DAX_CHECK | flags;
	options.base = base;
	return options;
}

static inline struct iopmem_file *opened(const char *path, uint64_t base, uint32_t flags)
{
	struct iopmem_options options = options_with(base, flags);
	struct iopmem_file *file;

	CHECK(iopmem_file_open(path, &options, &file) == IOPMEM_OK);
	CHECK(file);
	return file;
}

#endif

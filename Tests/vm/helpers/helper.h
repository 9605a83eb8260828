/* SPDX-License-Identifier: MIT */
/* What the helpers share: they are small, static, and die with a reason. */
#ifndef HELPER_H
#define HELPER_H

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define die(...)                                                                                   \
	do {                                                                                       \
		int died_of = errno;                                                               \
		printf("fail: " __VA_ARGS__);                                                      \
		printf(": %s\n", strerror(died_of));                                                 \
		exit(1);                                                                           \
	} while (0)

static inline uint64_t number(const char *text)
{
	char *end;
	uint64_t value;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (errno || *end || end == text)
		die("%s is not a number", text);
	return value;
}

static inline int open_or_die(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0644);

	if (fd < 0)
		die("open %s", path);
	return fd;
}

/* A file's bytes, for reading. */
static inline void *mapped(const char *path, size_t *bytes)
{
	int fd = open_or_die(path, O_RDONLY);
	struct stat st;
	void *p;

	if (fstat(fd, &st))
		die("fstat %s", path);
	*bytes = st.st_size;
	p = mmap(NULL, st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		die("mmap %s", path);
	close(fd);
	return p;
}

#endif

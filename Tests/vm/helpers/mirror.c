// SPDX-License-Identifier: MIT
/*
 * mirror FROM TO: make TO's bytes those of FROM, which is as long, and write only what differs.
 * TO never shrinks on the way: it is a function's memory.
 */
#include "helper.h"

static uint8_t *map(const char *path, int protection, size_t *length)
{
	struct stat status;
	uint8_t *bytes;
	int fd = open_or_die(path, O_RDWR);

	if (fstat(fd, &status))
		die("stat %s", path);
	*length = status.st_size;
	bytes = mmap(NULL, *length, protection, MAP_SHARED, fd, 0);
	if (bytes == MAP_FAILED)
		die("mmap %s", path);
	close(fd);
	return bytes;
}

int main(int argc, char **argv)
{
	enum { PIECE = 4096 };
	size_t length, room, at;
	uint8_t *from, *to;

	if (argc != 3)
		return 64;
	from = map(argv[1], PROT_READ, &length);
	to = map(argv[2], PROT_READ | PROT_WRITE, &room);
	if (length != room || length % PIECE) {
		errno = EINVAL;
		die("%s and %s are not as long", argv[1], argv[2]);
	}
	for (at = 0; at < length; at += PIECE)
		if (memcmp(from + at, to + at, PIECE))
			memcpy(to + at, from + at, PIECE);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * Looks COUNT times whether a file lies where it did: COUNT FILE BASE by iopmem_file_verify(),
 * COUNT FILE by the calls without which it cannot be known.
 */
#include <fcntl.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <iopmem.h>

static int bare(long count, const char *path)
{
	static struct {
		struct fiemap head;
		struct fiemap_extent extents[512];
	} map;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;

	while (count-- > 0) {
		memset(&map.head, 0, sizeof(map.head));
		map.head.fm_flags = FIEMAP_FLAG_SYNC;
		map.head.fm_length = FIEMAP_MAX_OFFSET;
		map.head.fm_extent_count = 512;
		if (fstat(fd, &status) || ioctl(fd, FS_IOC_FIEMAP, &map.head)) {
			perror(path);
			return 1;
		}
	}
	return 0;
}

static int by_library(long count, const char *path, const char *base)
{
	struct iopmem_options options;
	struct iopmem_file *file;
	int result;

	iopmem_options_init(&options);
	options.flags = IOPMEM_BASE | IOPMEM_NO_DAX_CHECK;
	options.base = strtoull(base, NULL, 0);
	result = iopmem_file_open(path, &options, &file);
	while (result == IOPMEM_OK && count-- > 0)
		result = iopmem_file_verify(file);
	if (result != IOPMEM_OK)
		fprintf(stderr, "%s\n", iopmem_error_message());
	return result != IOPMEM_OK;
}

int main(int argc, char **argv)
{
	long count = argc > 2 ? strtol(argv[1], NULL, 0) : 0;

	if (argc == 4)
		return by_library(count, argv[2], argv[3]);
	return argc == 3 ? bare(count, argv[2]) : 64;
}

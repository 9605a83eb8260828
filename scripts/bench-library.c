/* SPDX-License-Identifier: MIT */
/*
 * Does one thing COUNT times for an open file: verify COUNT FILE BASE asks whether it lies where it
 * did, bare COUNT FILE makes the calls without which that cannot be known, limits COUNT FILE BASE
 * cuts all its segments for an engine.
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

static int verified(struct iopmem_file *file, long count)
{
	int result = IOPMEM_OK;

	while (result == IOPMEM_OK && count-- > 0)
		result = iopmem_file_verify(file);
	return result;
}

static int limited(struct iopmem_file *file, long count)
{
	struct iopmem_limits limits;
	int result = IOPMEM_OK;
	size_t segments;

	iopmem_limits_init(&limits);
	limits.flags = IOPMEM_SKIP_HOLES;
	limits.max_segment = 1 << 30;
	limits.boundary = 4ull << 30;
	limits.alignment = 4096;
	while (result == IOPMEM_OK && count-- > 0)
		result = iopmem_file_segments(file, 0, IOPMEM_TO_END, &limits, NULL, &segments);
	return result;
}

static int by_library(int (*repeated)(struct iopmem_file *, long), long count, const char *path,
		      const char *base)
{
	struct iopmem_options options;
	struct iopmem_file *file;
	int result;

	iopmem_options_init(&options);
	options.flags = IOPMEM_BASE | IOPMEM_NO_DAX_CHECK;
	options.base = strtoull(base, NULL, 0);
	result = iopmem_file_open(path, &options, &file);
	if (result == IOPMEM_OK)
		result = repeated(file, count);
	if (result != IOPMEM_OK)
		fprintf(stderr, "%s\n", iopmem_error_message());
	return result != IOPMEM_OK;
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	long count = argc > 2 ? strtol(argv[2], NULL, 0) : 0;

	if (argc == 5 && !strcmp(what, "verify"))
		return by_library(verified, count, argv[3], argv[4]);
	if (argc == 5 && !strcmp(what, "limits"))
		return by_library(limited, count, argv[3], argv[4]);
	return argc == 4 && !strcmp(what, "bare") ? bare(count, argv[3]) : 64;
}

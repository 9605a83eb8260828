/*
 * The floor for reading a file's map: the ioctl in a loop, nothing printed.
 * With a second argument every extent is also printed, as the plainest program would.
 */
#include <fcntl.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>

int main(int argc, char **argv)
{
	enum { ROOM = 512 };
	struct fiemap *map = calloc(1, sizeof(*map) + ROOM * sizeof(struct fiemap_extent));
	int fd = argc > 1 ? open(argv[1], O_RDONLY) : -1;
	unsigned long long start = 0, extents = 0;
	int last = 0;

	if (!map || fd < 0)
		return 1;
	while (!last) {
		map->fm_start = start;
		map->fm_length = FIEMAP_MAX_OFFSET - start;
		map->fm_flags = FIEMAP_FLAG_SYNC;
		map->fm_extent_count = ROOM;
		if (ioctl(fd, FS_IOC_FIEMAP, map))
			return 1;
		if (!map->fm_mapped_extents)
			break;
		for (unsigned int i = 0; i < map->fm_mapped_extents; i++) {
			struct fiemap_extent *e = &map->fm_extents[i];

			if (argc > 2)
				printf("%llu %llu %llu %#x\n", e->fe_logical, e->fe_physical,
				       e->fe_length, e->fe_flags);
			start = e->fe_logical + e->fe_length;
			last = e->fe_flags & FIEMAP_EXTENT_LAST;
			extents++;
		}
	}
	fprintf(stderr, "%llu extents\n", extents);
	return 0;
}

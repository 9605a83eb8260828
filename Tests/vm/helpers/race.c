// SPDX-License-Identifier: MIT
/*
 * race: leases of a file that others are at work on.
 *
 *   race DEVICE FILE SECONDS
 *
 * Workers punch a block each out of the file and fill it again, without end. Meanwhile leases are
 * taken, one after another: under each the layout is read, and read again 20 ms later. A worker
 * that was let through when the lease began may not change it in between. Prints the leases there
 * were, those whose layout moved, the holes that were punched, and the longest that a lease took.
 */
#include "helper.h"

#include <linux/fiemap.h>
#include <linux/fs.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include "uapi/iopmem.h"

#define WORKERS 6
#define BLOCK 4096
#define EXTENTS (4 * WORKERS)

struct layout {
	struct fiemap map;
	struct fiemap_extent extents[EXTENTS];
};

static uint64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ULL + now.tv_nsec / 1000000;
}

/* A leased file refuses both with ETXTBSY. */
static void work(const char *path, int number, uint64_t *punched)
{
	int fd = open_or_die(path, O_RDWR);
	off_t offset = (off_t)number * 2 * BLOCK;
	char block[BLOCK];

	memset(block, 'a' + number, sizeof(block));
	for (;;) {
		if (!fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, BLOCK))
			++*punched;
		else if (errno != ETXTBSY)
			die("punch");
		if (pwrite(fd, block, BLOCK, offset) != BLOCK && errno != ETXTBSY)
			die("refill");
	}
}

static void read_layout(int fd, struct layout *layout)
{
	memset(layout, 0, sizeof(*layout));
	layout->map.fm_length = FIEMAP_MAX_OFFSET;
	layout->map.fm_extent_count = EXTENTS;
	if (ioctl(fd, FS_IOC_FIEMAP, &layout->map))
		die("fiemap");
	if (layout->map.fm_mapped_extents == EXTENTS)
		die("more than %d extents", EXTENTS);
}

int main(int argc, char **argv)
{
	uint64_t *punched, end, longest = 0, holes = 0;
	unsigned int leases = 0, moved = 0;
	pid_t workers[WORKERS];
	int device, file;

	if (argc != 4)
		return 64;
	device = open_or_die(argv[1], O_RDONLY);
	file = open_or_die(argv[2], O_RDWR);
	punched = mmap(NULL, WORKERS * sizeof(*punched), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (punched == MAP_FAILED)
		die("mmap");
	for (int i = 0; i < WORKERS; i++) {
		workers[i] = fork();
		if (workers[i] < 0)
			die("fork");
		if (!workers[i]) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			work(argv[2], i, &punched[i]);
		}
	}
	end = milliseconds() + number(argv[3]) * 1000;
	while (milliseconds() < end) {
		struct iopmem_lease lease = { .size = sizeof(lease), .file = file };
		uint64_t began = milliseconds(), took;
		struct layout before, after;

		if (ioctl(device, IOPMEM_IOC_LEASE, &lease))
			die("lease");
		took = milliseconds() - began;
		if (took > longest)
			longest = took;
		read_layout(file, &before);
		usleep(20000);
		read_layout(file, &after);
		leases++;
		if (memcmp(&before, &after, sizeof(before)))
			moved++;
		close(lease.lease);
		/* Let the workers get somewhere. */
		usleep(20000);
	}
	for (int i = 0; i < WORKERS; i++) {
		if (waitpid(workers[i], NULL, WNOHANG))
			die("worker %d ended", i);
		kill(workers[i], SIGKILL);
		waitpid(workers[i], NULL, 0);
		if (!punched[i])
			die("worker %d came to nothing", i);
		holes += punched[i];
	}
	printf("leases=%u moved=%u holes=%llu longest=%llu\n", leases, moved,
	       (unsigned long long)holes, (unsigned long long)longest);
	return 0;
}

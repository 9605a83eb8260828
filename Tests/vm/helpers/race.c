// SPDX-License-Identifier: MIT
/*
 * race: six workers at a file, who punch a block each out of it and fill it again, without end.
 *
 *   race work FILE PAUSE           nothing else; each opens the file anew for every block, and then
 *                                  pauses for so many microseconds or somewhat more
 *   race lease DEVICE FILE SECONDS the file is held by leases, one after another
 *   race attribute FILE SECONDS    the same by the immutable attribute alone, as chattr sets it
 *
 * Whenever it is held the layout is read, and read again 20 ms later. A worker that was let through
 * when the hold began may not change it in between. Prints the holds there were, those under which
 * the layout moved, the holes that were punched, and the longest that a hold took to begin.
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

/* A file that is held refuses both. */
static void punch_and_fill(int fd, int number, uint64_t *punched)
{
	off_t offset = (off_t)number * 2 * BLOCK;
	char block[BLOCK];

	memset(block, 'a' + number, sizeof(block));
	if (!fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, BLOCK))
		++*punched;
	else if (errno != ETXTBSY && errno != EPERM)
		die("punch");
	if (pwrite(fd, block, BLOCK, offset) != BLOCK && errno != ETXTBSY && errno != EPERM)
		die("refill");
}

static void work(int fd, int number, uint64_t *punched)
{
	for (;;)
		punch_and_fill(fd, number, punched);
}

static void work_anew(const char *path, int number, useconds_t pause)
{
	uint64_t punched = 0;

	for (;;) {
		/* Who asks for writers must not be held up by the break of his lease. */
		int fd = open(path, O_RDWR | O_NONBLOCK);

		if (fd >= 0)
			punch_and_fill(fd, number, &punched);
		else if (errno != EPERM && errno != EAGAIN)
			die("open %s", path);
		close(fd);
		/* Not all at once. */
		usleep(pause + number * pause / 10);
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

static pid_t start(void)
{
	pid_t worker = fork();

	if (worker < 0)
		die("fork");
	if (!worker)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return worker;
}

static void set_immutable(int file, int immutable)
{
	struct fsxattr attributes;

	if (ioctl(file, FS_IOC_FSGETXATTR, &attributes))
		die("FSGETXATTR");
	attributes.fsx_xflags &= ~FS_XFLAG_IMMUTABLE;
	if (immutable)
		attributes.fsx_xflags |= FS_XFLAG_IMMUTABLE;
	if (ioctl(file, FS_IOC_FSSETXATTR, &attributes))
		die("FSSETXATTR");
}

/* Holds the file by a lease, or if there is no device by the attribute; what lets it go again. */
static int hold(int device, int file)
{
	struct iopmem_lease lease = { .size = sizeof(lease), .file = file };

	if (device < 0)
		set_immutable(file, 1);
	else if (ioctl(device, IOPMEM_IOC_LEASE, &lease))
		die("lease");
	return device < 0 ? -1 : lease.lease;
}

static void let_go(int lease, int file)
{
	if (lease < 0)
		set_immutable(file, 0);
	else
		close(lease);
}

static int race(int device, const char *path, uint64_t seconds)
{
	uint64_t *punched, end, longest = 0, holes = 0;
	unsigned int holds = 0, moved = 0;
	pid_t workers[WORKERS];
	int file = open_or_die(path, O_RDWR);

	punched = mmap(NULL, WORKERS * sizeof(*punched), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (punched == MAP_FAILED)
		die("mmap");
	for (int i = 0; i < WORKERS; i++) {
		/* Before the file is held for the first time. */
		int fd = open_or_die(path, O_RDWR);

		workers[i] = start();
		if (!workers[i])
			work(fd, i, &punched[i]);
		close(fd);
	}
	end = milliseconds() + seconds * 1000;
	while (milliseconds() < end) {
		uint64_t began = milliseconds(), took;
		struct layout before, after;
		int lease = hold(device, file);

		took = milliseconds() - began;
		if (took > longest)
			longest = took;
		read_layout(file, &before);
		usleep(20000);
		read_layout(file, &after);
		holds++;
		if (memcmp(&before, &after, sizeof(before)))
			moved++;
		let_go(lease, file);
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
	printf("holds=%u moved=%u holes=%llu longest=%llu\n", holds, moved,
	       (unsigned long long)holes, (unsigned long long)longest);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 5 && !strcmp(argv[1], "lease"))
		return race(open_or_die(argv[2], O_RDONLY), argv[3], number(argv[4]));
	if (argc == 4 && !strcmp(argv[1], "attribute"))
		return race(-1, argv[2], number(argv[3]));
	if (argc == 4 && !strcmp(argv[1], "work")) {
		for (int i = 0; i < WORKERS; i++)
			if (!start())
				work_anew(argv[2], i, number(argv[3]));
		pause();
	}
	return 64;
}

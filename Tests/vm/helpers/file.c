// SPDX-License-Identifier: MIT
/*
 * file: what the cases do to files that no shell can.
 *
 *   file dax FILE                  is it a DAX file? (statx, not the mount's options)
 *   file noise FILE BYTES          write it anew, in one piece, with bytes that nothing else holds
 *   file scatter FILE BYTES PIECE  the same, but each PIECE an extent of its own
 *   file equal FILE OTHER          do they hold the same bytes? (cmp(1) is slow here)
 *   file pieces FILE OTHER         a line a piece of OTHER as long as FILE: arrives if it holds the
 *                                  same bytes, else lost
 *   file extents FILE              a line an extent: logical physical length flags
 *   file attempt OP FILE [OTHER]   do OP; print OK or the name of the error
 *   file read-direct DEVICE OFFSET FILE BYTES   the device's DMA writes into FILE's mapping
 *   file write-direct DEVICE OFFSET FILE BYTES  the device's DMA reads from FILE's mapping
 *   file gather FILE OFFSET+LENGTH[,OFFSET+LENGTH...]   these bytes of it, to standard output
 *   file peek DEVICE OFFSET BYTES  these bytes of it, past the page cache, to standard output
 *   file wipe DEVICE OFFSET BYTES  zeros there, past the page cache
 *   file splice FILE               hold a page of it in a pipe, and nothing else of it, to the end
 *                                  of input
 *   file memory-type FILE          map it, and print what the page tables have of its first page:
 *                                  size and memory type, after it was read and after it was written
 *   file hold-mapping FILE         map it, print "ready", touch it at every line of input
 */
#include "helper.h"

#include <linux/fiemap.h>
#include <linux/fs.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/random.h>
#include <sys/uio.h>
#include <sys/wait.h>

#ifndef STATX_ATTR_DAX
#define STATX_ATTR_DAX 0x00200000
#endif

static int dax(const char *path)
{
	struct statx stx;

	if (statx(AT_FDCWD, path, 0, STATX_BASIC_STATS, &stx))
		die("statx %s", path);
	return !(stx.stx_attributes & STATX_ATTR_DAX);
}

static void write_noise(int fd, const char *path, uint64_t bytes)
{
	uint64_t state, done = 0;
	uint64_t *all = malloc(bytes + 8);

	if (!all || getrandom(&state, sizeof(state), 0) != sizeof(state))
		die("noise");
	for (uint64_t i = 0; i <= bytes / 8; i++) {
		/* A 64-bit linear congruential generator, its upper half folded down. */
		state = state * 6364136223846793005ULL + 1442695040888963407ULL;
		all[i] = state ^ state >> 29;
	}
	while (done < bytes) {
		ssize_t n = write(fd, (char *)all + done, bytes - done);

		if (n <= 0)
			die("write %s", path);
		done += n;
	}
	if (fsync(fd))
		die("fsync %s", path);
}

static int noise(const char *path, uint64_t bytes)
{
	write_noise(open_or_die(path, O_RDWR | O_CREAT | O_TRUNC), path, bytes);
	return 0;
}

/* A new file that xfs does not make in large units, whatever its folder says. */
static int without_hint(const char *path)
{
	int fd = open_or_die(path, O_RDWR | O_CREAT | O_TRUNC);
	struct fsxattr attributes;

	if (ioctl(fd, FS_IOC_FSGETXATTR, &attributes))
		die("FSGETXATTR %s", path);
	attributes.fsx_xflags &= ~FS_XFLAG_EXTSIZE;
	attributes.fsx_extsize = 0;
	if (ioctl(fd, FS_IOC_FSSETXATTR, &attributes))
		die("FSSETXATTR %s", path);
	return fd;
}

/* The room behind each piece goes to another file, which is then removed. */
static int scatter(const char *path, uint64_t bytes, uint64_t piece)
{
	char between[4096];
	int fd = without_hint(path), other;

	snprintf(between, sizeof(between), "%s.between", path);
	other = without_hint(between);
	for (uint64_t done = 0; done < bytes; done += piece)
		if (fallocate(fd, 0, done, bytes - done < piece ? bytes - done : piece) ||
		    fallocate(other, 0, done, piece))
			die("fallocate %s", path);
	write_noise(fd, path, bytes);
	if (unlink(between))
		die("unlink %s", between);
	return 0;
}

static int equal(const char *path, const char *other)
{
	size_t bytes, others;
	const void *p = mapped(path, &bytes);
	const void *q = mapped(other, &others);

	return bytes != others || memcmp(p, q, bytes);
}

static int pieces(const char *path, const char *other)
{
	size_t bytes, others;
	const char *p = mapped(path, &bytes);
	const char *q = mapped(other, &others);

	for (size_t at = 0; bytes && at + bytes <= others; at += bytes)
		puts(memcmp(p, q + at, bytes) ? "lost" : "arrives");
	return 0;
}

static int gather(const char *path, char *pieces)
{
	size_t bytes;
	const char *p = mapped(path, &bytes);

	for (char *piece = strtok(pieces, ","); piece; piece = strtok(NULL, ",")) {
		char *plus = strchr(piece, '+');
		uint64_t offset, length;

		if (!plus)
			die("%s is no piece", piece);
		*plus = 0;
		offset = number(piece);
		length = number(plus + 1);
		if (offset > bytes || length > bytes - offset)
			die("%s has no %llu bytes at %llu", path, (unsigned long long)length,
			    (unsigned long long)offset);
		if (fwrite(p + offset, 1, length, stdout) != length)
			die("standard output");
	}
	return fflush(stdout) ? 1 : 0;
}

static int extents(const char *path)
{
	enum { SOME = 64 };
	struct fiemap *map = calloc(1, sizeof(*map) + SOME * sizeof(struct fiemap_extent));
	int fd = open_or_die(path, O_RDONLY);
	uint64_t at = 0;
	int last = 0;

	if (!map)
		die("calloc");
	while (!last) {
		map->fm_start = at;
		map->fm_length = ~0ULL - at;
		map->fm_flags = FIEMAP_FLAG_SYNC;
		map->fm_extent_count = SOME;
		if (ioctl(fd, FS_IOC_FIEMAP, map))
			die("FIEMAP %s", path);
		if (!map->fm_mapped_extents)
			break;
		for (unsigned int i = 0; i < map->fm_mapped_extents; i++) {
			struct fiemap_extent *e = &map->fm_extents[i];

			printf("%llu %llu %llu 0x%x\n", e->fe_logical, e->fe_physical, e->fe_length,
			       e->fe_flags);
			at = e->fe_logical + e->fe_length;
			last = e->fe_flags & FIEMAP_EXTENT_LAST;
		}
	}
	return 0;
}

struct move_extent {
	uint32_t reserved;
	uint32_t donor_fd;
	uint64_t orig_start;
	uint64_t donor_start;
	uint64_t len;
	uint64_t moved_len;
};
#define EXT4_IOC_MOVE_EXT _IOWR('f', 15, struct move_extent)

static int do_attempt(const char *op, const char *path, const char *other)
{
	char byte = 'x';
	int fd, donor;

	if (!strcmp(op, "unlink"))
		return unlink(path);
	if (!strcmp(op, "rename"))
		return rename(path, other);
	if (!strcmp(op, "rename-over"))
		return rename(other, path);
	if (!strcmp(op, "truncate"))
		return truncate(path, 0);
	if (!strcmp(op, "extend"))
		return truncate(path, 8 << 20);
	if (!strcmp(op, "link")) {
		char name[4096];

		snprintf(name, sizeof(name), "%s.link", path);
		return link(path, name);
	}
	if (!strcmp(op, "clone-from")) {
		donor = open(other, O_RDWR);
		fd = open(path, O_RDONLY);
		return donor < 0 || fd < 0 ? -1 : ioctl(donor, FICLONE, fd);
	}
	fd = open(path, O_RDWR);
	if (fd < 0)
		return -1;
	if (!strcmp(op, "open-truncate"))
		return open(path, O_RDWR | O_TRUNC) < 0 ? -1 : 0;
	if (!strcmp(op, "write"))
		return pwrite(fd, &byte, 1, 0) == 1 ? 0 : -1;
	if (!strcmp(op, "append"))
		return lseek(fd, 0, SEEK_END) < 0 || write(fd, &byte, 1) != 1 ? -1 : 0;
	if (!strcmp(op, "read"))
		return pread(fd, &byte, 1, 0) == 1 ? 0 : -1;
	if (!strcmp(op, "fallocate"))
		return fallocate(fd, 0, 0, 64 << 20);
	if (!strcmp(op, "punch"))
		return fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096);
	if (!strcmp(op, "zero"))
		return fallocate(fd, FALLOC_FL_ZERO_RANGE, 0, 4096);
	if (!strcmp(op, "collapse"))
		return fallocate(fd, FALLOC_FL_COLLAPSE_RANGE, 0, 4096);
	if (!strcmp(op, "insert"))
		return fallocate(fd, FALLOC_FL_INSERT_RANGE, 0, 4096);
	if (!strcmp(op, "mmap-write")) {
		char *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

		return p == MAP_FAILED ? -1 : 0;
	}
	donor = open(other, O_RDWR);
	if (donor < 0)
		return -1;
	if (!strcmp(op, "clone-onto"))
		return ioctl(fd, FICLONE, donor);
	if (!strcmp(op, "defragment")) {
		struct move_extent move = { .donor_fd = donor, .len = 1 };

		return ioctl(fd, EXT4_IOC_MOVE_EXT, &move);
	}
	errno = ENOSYS;
	die("no such operation: %s", op);
}

static int attempt(const char *op, const char *path, const char *other)
{
	if (do_attempt(op, path, other) == 0)
		puts("OK");
	else
		puts(strerrorname_np(errno));
	return 0;
}

/* Direct I/O between a disk and the mapping of a DAX file: the disk's controller does the copying. */
static int direct(const char *device, uint64_t offset, const char *path, uint64_t bytes, int out)
{
	int disk = open_or_die(device, (out ? O_WRONLY : O_RDONLY) | O_DIRECT);
	int fd = open_or_die(path, O_RDWR);
	uint64_t done = 0;
	char *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (p == MAP_FAILED)
		die("mmap %s", path);
	while (done < bytes) {
		uint64_t piece = bytes - done < 1 << 20 ? bytes - done : 1 << 20;
		ssize_t n = out ? pwrite(disk, p + done, piece, offset + done) :
				  pread(disk, p + done, piece, offset + done);

		if (n <= 0)
			die("direct I/O on %s at %llu", device,
			    (unsigned long long)(offset + done));
		done += n;
	}
	return 0;
}

static sigjmp_buf after_bus_error;

static void on_bus_error(int number)
{
	(void)number;
	siglongjmp(after_bus_error, 1);
}

static int hold_mapping(const char *path)
{
	int fd = open_or_die(path, O_RDWR);
	struct stat st;
	volatile char *p;
	char line[64];

	if (fstat(fd, &st))
		die("fstat %s", path);
	p = mmap(NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		die("mmap %s", path);
	signal(SIGBUS, on_bus_error);
	for (;;) {
		if (sigsetjmp(after_bus_error, 1)) {
			puts("SIGBUS");
		} else {
			for (off_t i = 0; i < st.st_size; i += 4096)
				p[i]++;
			puts("touched");
		}
		fflush(stdout);
		if (!fgets(line, sizeof(line), stdin))
			return 0;
	}
}

static int hold_page(const char *path)
{
	size_t bytes;
	struct iovec page = { mapped(path, &bytes), 4096 };
	int pipes[2];

	if (pipe(pipes))
		die("pipe");
	if (vmsplice(pipes[1], &page, 1, 0) != 4096)
		die("vmsplice of %s", path);
	munmap(page.iov_base, bytes);
	puts("held");
	fflush(stdout);
	return getchar() != EOF;
}

/* dd(1) of busybox does not always go past the page cache when it is told to. */
static int past_the_cache(const char *path, uint64_t offset, uint64_t bytes, int writes)
{
	int fd = open_or_die(path, O_RDWR | O_DIRECT);
	char *buffer = aligned_alloc(4096, (bytes + 4095) / 4096 * 4096);
	ssize_t done;

	if (!buffer)
		die("buffer");
	memset(buffer, 0, bytes);
	done = writes ? pwrite(fd, buffer, bytes, offset) : pread(fd, buffer, bytes, offset);
	if (done < 0 || (uint64_t)done != bytes)
		die("%s at %llu", path, (unsigned long long)offset);
	if (!writes)
		fwrite(buffer, 1, bytes, stdout);
	return 0;
}

static void print_memory_type(volatile char *page)
{
	int tables = open_or_die("/dev/pagetables", O_RDWR);
	char text[64];
	ssize_t count;

	snprintf(text, sizeof(text), "%#lx", (unsigned long)page);
	if (write(tables, text, strlen(text)) < 0)
		die("page tables at %s", text);
	count = read(tables, text, sizeof(text));
	if (count <= 0)
		die("page tables");
	fwrite(text, 1, count, stdout);
	close(tables);
}

static int memory_type(const char *path)
{
	int fd = open_or_die(path, O_RDWR);
	volatile char *page;
	struct stat st;

	if (fstat(fd, &st))
		die("fstat %s", path);
	page = mmap(NULL, st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (page == MAP_FAILED)
		die("mmap %s", path);
	*page;
	print_memory_type(page);
	*page = *page;
	print_memory_type(page);
	return 0;
}

int main(int argc, char **argv)
{
	const char *verb = argc > 2 ? argv[1] : "";

	if (!strcmp(verb, "dax"))
		return dax(argv[2]);
	if (!strcmp(verb, "extents"))
		return extents(argv[2]);
	if (!strcmp(verb, "equal") && argc == 4)
		return equal(argv[2], argv[3]);
	if (!strcmp(verb, "pieces") && argc == 4)
		return pieces(argv[2], argv[3]);
	if (!strcmp(verb, "gather") && argc == 4)
		return gather(argv[2], argv[3]);
	if ((!strcmp(verb, "peek") || !strcmp(verb, "wipe")) && argc == 5)
		return past_the_cache(argv[2], number(argv[3]), number(argv[4]), *verb == 'w');
	if (!strcmp(verb, "splice"))
		return hold_page(argv[2]);
	if (!strcmp(verb, "memory-type"))
		return memory_type(argv[2]);
	if (!strcmp(verb, "hold-mapping"))
		return hold_mapping(argv[2]);
	if (!strcmp(verb, "noise") && argc == 4)
		return noise(argv[2], number(argv[3]));
	if (!strcmp(verb, "scatter") && argc == 5)
		return scatter(argv[2], number(argv[3]), number(argv[4]));
	if (!strcmp(verb, "attempt") && argc >= 4)
		return attempt(argv[2], argv[3], argc > 4 ? argv[4] : "/");
	if (!strcmp(verb, "read-direct") && argc == 6)
		return direct(argv[2], number(argv[3]), argv[4], number(argv[5]), 0);
	if (!strcmp(verb, "write-direct") && argc == 6)
		return direct(argv[2], number(argv[3]), argv[4], number(argv[5]), 1);
	return 64;
}

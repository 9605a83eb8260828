/* SPDX-License-Identifier: MIT */
/* Every change of a file or its device is told of: FILE BASE. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

static const char *path;
static uint64_t base;

static void set_length(int fd)
{
	CHECK(ftruncate(fd, 100000) == 0);
}

static void punch(int fd)
{
	CHECK(fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 4096, 8192) == 0);
}

static void zero(int fd)
{
	CHECK(fallocate(fd, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, 0, 4096) == 0);
}

static void collapse(int fd)
{
	CHECK(fallocate(fd, FALLOC_FL_COLLAPSE_RANGE, 0, 4096) == 0);
}

/* fs/ext4/ext4.h: no header that is installed has it. */
struct move_extent {
	uint32_t reserved, donor;
	uint64_t start, donor_start, length, moved;
};

/* The same bytes at other places, as e4defrag(8) does it: no time of the file tells. */
static void defragment(int fd)
{
	struct move_extent move = { 0, 0, 0, 0, 8, 0 };
	char name[4096];
	int donor;

	snprintf(name, sizeof(name), "%s.donor", path);
	donor = open(name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	CHECK(donor >= 0 && fallocate(donor, 0, 0, 1 << 16) == 0 && fsync(donor) == 0);
	move.donor = (uint32_t)donor;
	CHECK(ioctl(fd, _IOWR('f', 15, struct move_extent), &move) == 0 && move.moved == 8);
	CHECK(close(donor) == 0 && unlink(name) == 0);
}

/* A file whose every block is written. */
static void make(void)
{
	static char bytes[200000];
	int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	memset(bytes, 7, sizeof(bytes));
	CHECK(fd >= 0 && write(fd, bytes, sizeof(bytes)) == sizeof(bytes));
	CHECK(fsync(fd) == 0 && close(fd) == 0);
}

/* Opens a file, has it changed, and looks twice. */
static void expect(void (*change)(int), int result, const char *reason)
{
	struct iopmem_file *file;
	int fd;

	make();
	file = opened(path, base, 0);
	fd = open(path, O_RDWR | O_CLOEXEC);
	CHECK(fd >= 0 && iopmem_file_verify(file) == IOPMEM_OK);
	change(fd);
	CHECK(close(fd) == 0);
	for (int i = 0; i < 2; i++)
		CHECK(iopmem_file_verify(file) == result);
	CHECK(strstr(iopmem_error_message(), reason));
	CHECK(iopmem_file_close(file) == IOPMEM_OK);
}

/* Other bytes in the same places, another name, another owner: the addresses hold. */
static void others(int fd)
{
	char name[4096];

	CHECK(pwrite(fd, "other", 5, 50000) == 5 && fsync(fd) == 0);
	CHECK(fchmod(fd, 0600) == 0 && fchown(fd, 1, 1) == 0);
	snprintf(name, sizeof(name), "%s.moved", path);
	CHECK(rename(path, name) == 0 && rename(name, path) == 0);
}

static void set_attributes(int on)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), flags;

	CHECK(fd >= 0 && ioctl(fd, FS_IOC_GETFLAGS, &flags) == 0);
	flags = on ? flags | FS_IMMUTABLE_FL : flags & ~FS_IMMUTABLE_FL;
	CHECK(ioctl(fd, FS_IOC_SETFLAGS, &flags) == 0 && close(fd) == 0);
}

/* A pin that was required is watched, and no other. */
static void test_pins(void)
{
	struct iopmem_options options = options_with(base, IOPMEM_REQUIRE_PIN);
	struct iopmem_file *file, *other = opened(path, base, 0);
	struct iopmem_info info;

	CHECK(refused(iopmem_file_open(path, &options, &file), IOPMEM_REFUSED, "pin"));
	set_attributes(1);
	CHECK(iopmem_file_open(path, &options, &file) == IOPMEM_OK);
	iopmem_info_init(&info);
	CHECK(iopmem_file_info(file, &info) == IOPMEM_OK && info.flags == IOPMEM_INFO_PINNED);
	CHECK(iopmem_file_verify(file) == IOPMEM_OK && iopmem_file_verify(other) == IOPMEM_OK);
	set_attributes(0);
	CHECK(iopmem_file_verify(other) == IOPMEM_OK);
	CHECK(refused(iopmem_file_verify(file), IOPMEM_CHANGED, "the pin"));
	CHECK(iopmem_file_close(file) == IOPMEM_OK && iopmem_file_close(other) == IOPMEM_OK);
}

static int is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

/*
 * The caller's descriptor is not needed any more, none of the library's outlives exec, and all are
 * closed with the file.
 */
static void test_descriptors(void)
{
	struct iopmem_options options = options_with(base, 0);
	int fd = open(path, O_RDONLY | O_CLOEXEC), own = 0;
	struct iopmem_file *file;
	int before[100];

	for (int i = 0; i < 100; i++)
		before[i] = is_open(i);
	CHECK(iopmem_file_open_fd(fd, &options, &file) == IOPMEM_OK);
	CHECK(is_open(fd) && close(fd) == 0);
	CHECK(iopmem_file_verify(file) == IOPMEM_OK);
	for (int i = 0; i < 100; i++) {
		if (!is_open(i) || before[i])
			continue;
		CHECK(fcntl(i, F_GETFD) & FD_CLOEXEC);
		own++;
	}
	CHECK(own > 0 && iopmem_file_close(file) == IOPMEM_OK);
	for (int i = 0; i < 100; i++)
		CHECK(is_open(i) == (i == fd ? 0 : before[i]));
}

int main(int argc, char **argv)
{
	CHECK(argc == 3);
	path = argv[1];
	base = strtoull(argv[2], NULL, 0);
	expect(others, IOPMEM_OK, "");
	expect(zero, IOPMEM_CHANGED, "unwritten");
	expect(set_length, IOPMEM_CHANGED, "is 100000 bytes long, was 200000");
	expect(punch, IOPMEM_CHANGED, "bytes 4096 to 12287 lie at");
	expect(collapse, IOPMEM_CHANGED, "bytes long");
	expect(defragment, IOPMEM_CHANGED, "bytes 0 to 32767 lie at");
	test_pins();
	test_descriptors();
	return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * Hands a file on an iopmem device to a driver as a dma-buf, tells what that driver was given, and
 * keeps it until standard input ends: FILE FUNCTION. The file has 8192 bytes, or is refused.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "check.h"

static struct iopmem_file *leased(const char *path, const char *client, int flags)
{
	struct iopmem_options options;
	struct iopmem_file *file = NULL;
	int fd = open(path, flags | O_CLOEXEC);

	CHECK(fd >= 0);
	iopmem_options_init(&options);
	options.flags = IOPMEM_LEASE | (client ? IOPMEM_FORCE : 0);
	options.client = client;
	options.address_bits = client ? 64 : 0;
	CHECK(iopmem_file_open_fd(fd, &options, &file) == IOPMEM_OK);
	close(fd);
	return file;
}

/* What no dma-buf is made of, on any kernel. */
static void test_refusals(const char *path, const char *client, struct iopmem_file *file)
{
	struct iopmem_file *other = leased(path, client, O_RDWR);

	CHECK(refused(iopmem_file_dmabuf(other, 0, 4096), IOPMEM_INVALID, "for a client"));
	CHECK(iopmem_file_close(other) == IOPMEM_OK);
	other = leased(path, NULL, O_WRONLY);
	CHECK(refused(iopmem_file_dmabuf(other, 0, 4096), IOPMEM_REFUSED, "for reading"));
	CHECK(iopmem_error_number() == EACCES);
	CHECK(iopmem_file_close(other) == IOPMEM_OK);
	CHECK(refused(iopmem_file_dmabuf(file, 0, 0), IOPMEM_INVALID, "length"));
	CHECK(refused(iopmem_file_dmabuf(file, 4096, 8192), IOPMEM_REFUSED, "has 8192 bytes"));
	CHECK(refused(iopmem_file_dmabuf(file, 8192, IOPMEM_TO_END), IOPMEM_INVALID, "no bytes"));
	CHECK(refused(iopmem_file_dmabuf(file, UINT64_MAX, 4096), IOPMEM_REFUSED, "8192 bytes"));
	CHECK(refused(iopmem_file_dmabuf(file, 1, 4096), IOPMEM_REFUSED, "whole pages"));
	CHECK(refused(iopmem_file_dmabuf(file, 0, 4097), IOPMEM_REFUSED, "whole pages"));
}

/* As a driver takes it, and what that was given: a line a piece. */
static void import(int dmabuf, const char *function)
{
	char line[128];
	int driver = open("/dev/importer", O_RDWR | O_CLOEXEC);
	ssize_t count;

	CHECK(driver >= 0);
	snprintf(line, sizeof(line), "%d %s", dmabuf, function);
	if (write(driver, line, strlen(line)) < 0) {
		perror("import");
		exit(1);
	}
	while ((count = read(driver, line, sizeof(line))) > 0)
		CHECK(fwrite(line, 1, (size_t)count, stdout) == (size_t)count);
	CHECK(puts("end") >= 0 && fflush(stdout) == 0);
	/* The driver's own end is the end of the program. */
}

int main(int argc, char **argv)
{
	struct iopmem_file *file;
	int dmabuf;

	CHECK(argc == 3);
	file = leased(argv[1], NULL, O_RDWR);
	dmabuf = iopmem_file_dmabuf(file, 0, IOPMEM_TO_END);
	if (dmabuf < 0) {
		fprintf(stderr, "%d: %s\n", iopmem_error_number(), iopmem_error_message());
		return -dmabuf;
	}
	CHECK(fcntl(dmabuf, F_GETFD) == FD_CLOEXEC);
	test_refusals(argv[1], argv[2], file);
	/* From here on it is the dma-buf that holds the layout. */
	CHECK(iopmem_file_close(file) == IOPMEM_OK);
	import(dmabuf, argv[2]);
	/* And from here on the driver. */
	CHECK(close(dmabuf) == 0);
	while (getchar() != EOF)
		continue;
	return 0;
}

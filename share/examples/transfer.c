/* SPDX-License-Identifier: MIT */
/*
 * Tells an engine where the bytes of a file are, 16 segments at a time, and makes sure that they
 * are still there when it has moved them.
 *
 *	cc -o transfer transfer.c $(pkg-config --cflags --libs iopmem)
 *	./transfer -f 0000:04:00.0 -l /mnt/model.bin
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <iopmem.h>

/* Here an engine would be given its descriptors, and waited for. */
static void move(const struct iopmem_segment *segments, size_t count)
{
	for (size_t i = 0; i < count; i++)
		printf("%" PRIu64 " 0x%" PRIx64 " %" PRIu64 "\n", segments[i].file_offset,
		       segments[i].address, segments[i].length);
}

static int transfer(const struct iopmem_file *file)
{
	struct iopmem_segment segments[16];
	struct iopmem_limits limits;
	uint64_t offset = 0;
	int more, still = iopmem_file_verify(file);

	iopmem_limits_init(&limits);
	limits.max_segment = 1 << 20;
	limits.boundary = UINT64_C(1) << 32;
	do {
		size_t count = sizeof(segments) / sizeof(*segments);

		if (still != IOPMEM_OK)
			return still;
		more = iopmem_file_segments(file, offset, IOPMEM_TO_END, &limits, segments, &count);
		if (more < 0)
			return more;
		move(segments, count);
		if (count)
			offset = segments[count - 1].file_offset + segments[count - 1].length;
		still = iopmem_file_verify(file);
	} while (more == IOPMEM_MORE);
	return still;
}

int main(int argc, char **argv)
{
	struct iopmem_options options;
	struct iopmem_file *file;
	int option, result;

	iopmem_options_init(&options);
	while ((option = getopt(argc, argv, "b:f:l")) != -1) {
		if (option == 'f') {
			options.client = optarg;
		} else if (option == 'l') {
			options.flags |= IOPMEM_LEASE;
		} else if (option == 'b') {
			/* For a device that is no BAR: its base, and the page cache before it. */
			options.flags |= IOPMEM_BASE | IOPMEM_NO_DAX_CHECK;
			options.base = strtoull(optarg, NULL, 0);
		}
	}
	result = iopmem_file_open(argv[optind], &options, &file);
	if (result == IOPMEM_OK)
		result = transfer(file);
	if (result != IOPMEM_OK)
		fprintf(stderr, "transfer: %s\n", iopmem_error_message());
	iopmem_file_close(file);
	return abs(result);
}

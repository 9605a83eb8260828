/* SPDX-License-Identifier: MIT */
/*
 * Opens a file on an iopmem device, tells where its first byte is, and then, a line for each that
 * it reads, whether that holds: [-l] [-F] [-f CLIENT] [-a ADDRESS-BITS] FILE.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <poll.h>
#include <unistd.h>

#include "check.h"

/* Whether the lease was revoked, as poll(2) tells it. */
static int hung_up(int lease)
{
	struct pollfd entry = { lease, 0, 0 };

	return lease >= 0 && poll(&entry, 1, 0) == 1 && (entry.revents & POLLHUP);
}

int main(int argc, char **argv)
{
	struct iopmem_options options;
	struct iopmem_file *file;
	struct iopmem_info info;
	uint64_t address, length;
	int option, result, lease = -1;
	char line[64];

	iopmem_options_init(&options);
	while ((option = getopt(argc, argv, "a:f:lF")) != -1) {
		if (option == 'a')
			options.address_bits = (uint32_t)strtoul(optarg, NULL, 0);
		else if (option == 'f')
			options.client = optarg;
		else if (option == 'F')
			options.flags |= IOPMEM_FORCE;
		else
			options.flags |= IOPMEM_LEASE;
	}
	result = iopmem_file_open(argv[optind], &options, &file);
	if (result != IOPMEM_OK) {
		fprintf(stderr, "%s\n", iopmem_error_message());
		return -result;
	}
	iopmem_info_init(&info);
	CHECK(iopmem_file_info(file, &info) == IOPMEM_OK);
	CHECK(!(info.flags & IOPMEM_INFO_LEASED) == !(options.flags & IOPMEM_LEASE));
	CHECK(iopmem_file_translate(file, 0, IOPMEM_TO_END, &address, &length) == IOPMEM_OK);
	if (info.flags & IOPMEM_INFO_LEASED)
		lease = iopmem_file_lease_fd(file);
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("0x%" PRIx64 " %" PRIu64 " kind %u of %s bar %d %s\n", address, length,
	       info.address_kind, info.function, (int)info.bar, info.fingerprint_text);
	while (fgets(line, sizeof(line), stdin)) {
		result = iopmem_file_verify(file);
		printf("%d %s%s\n", result, hung_up(lease) ? "hung up: " : "",
		       result == IOPMEM_OK ? "holds" : iopmem_error_message());
	}
	CHECK(iopmem_file_close(file) == IOPMEM_OK);
	return 0;
}

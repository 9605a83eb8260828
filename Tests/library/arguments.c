/* SPDX-License-Identifier: MIT */
/* Calls that make no sense are answered, each with its reason, and end nothing: FILE BASE. */
#include <fcntl.h>
#include <unistd.h>

#include "check.h"

/* The layout is what programs were compiled with. */
#ifndef __cplusplus
_Static_assert(sizeof(struct iopmem_options) == 40, "options");
_Static_assert(sizeof(struct iopmem_limits) == 48, "limits");
_Static_assert(sizeof(struct iopmem_info) == 160, "info");
_Static_assert(sizeof(struct iopmem_segment) == 24, "segment");
_Static_assert(sizeof(struct iopmem_nvme_list) == 72, "nvme_list");
#endif

static const char *path;
static uint64_t base;

/* Whether options are turned down for a reason, by both ways to open. */
static int turned_down(const struct iopmem_options *options, const char *reason)
{
	struct iopmem_file *file = (struct iopmem_file *)&path;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int result;

	result = refused(iopmem_file_open(path, options, &file), IOPMEM_INVALID, reason) && !file;
	result &= refused(iopmem_file_open_fd(fd, options, &file), IOPMEM_INVALID, reason) && !file;
	close(fd);
	return result;
}

static void test_options(void)
{
	struct {
		struct iopmem_options options;
		uint64_t later[2];
	} grown;
	struct iopmem_options options = options_with(base, 0);

	options.size = 0;
	CHECK(turned_down(&options, "a size of 0 bytes"));
	options.size = sizeof(options) - 1;
	CHECK(turned_down(&options, "a size of"));
	options.size = UINT32_MAX;
	CHECK(turned_down(&options, "a size of"));

	memset(&grown, 0, sizeof(grown));
	grown.options = options_with(base, 0);
	grown.options.size = sizeof(grown);
	grown.later[1] = 1;
	CHECK(turned_down(&grown.options, "a later version"));

	options = options_with(base, 1u << 31);
	CHECK(turned_down(&options, "an unknown flag"));
	options = options_with(base, IOPMEM_BAR);
	CHECK(turned_down(&options, "IOPMEM_BASE and IOPMEM_BAR"));
	options = options_with(base, IOPMEM_LEASE);
	CHECK(turned_down(&options, "IOPMEM_LEASE"));
	options = options_with(base, IOPMEM_IOVA_BASE);
	CHECK(turned_down(&options, "without a client"));
	options = options_with(base, IOPMEM_FORCE);
	options.client = "0000:04:00.0";
	CHECK(turned_down(&options, "IOPMEM_FORCE"));
	options.flags = IOPMEM_BAR;
	CHECK(turned_down(&options, "without its flag"));
	options = options_with(base, 0);
	options.address_bits = 40;
	CHECK(turned_down(&options, "address_bits"));
	options.client = "0000:04:00.0";
	options.address_bits = 31;
	CHECK(turned_down(&options, "address_bits"));
	options.address_bits = 0;
	options.client = "no function";
	CHECK(turned_down(&options, "no PCI function"));
	options.client = "0000:00:00.0\xff";
	CHECK(turned_down(&options, "no PCI function"));
	iopmem_options_init(&options);
	options.flags = IOPMEM_BAR;
	options.bar = 6;
	CHECK(turned_down(&options, "0 to 5"));
}

static void test_opening(void)
{
	struct iopmem_options options = options_with(base, 0);
	struct iopmem_file *file;

	CHECK(refused(iopmem_file_open(NULL, &options, &file), IOPMEM_INVALID, "path") && !file);
	CHECK(refused(iopmem_file_open(path, &options, NULL), IOPMEM_INVALID, "NULL"));
	CHECK(refused(iopmem_file_open_fd(-1, &options, &file), IOPMEM_INVALID, "negative"));
	CHECK(refused(iopmem_file_open_fd(9999, &options, &file), IOPMEM_FAILED, "/dev/fd/9999"));
	CHECK(iopmem_error_number() == 9 /* EBADF */);
	CHECK(iopmem_file_open("", &options, &file) == IOPMEM_FAILED);
	CHECK(refused(iopmem_file_open("/no\n\x1b[2J", NULL, &file), IOPMEM_FAILED, "\\n\\x1b[2J"));
	CHECK(iopmem_error_number() == 2 /* ENOENT */);
	CHECK(refused(iopmem_file_open("/dev", &options, &file), IOPMEM_REFUSED, "/dev"));
	CHECK(iopmem_file_open("/dev/null", &options, &file) < 0);
	CHECK(refused(iopmem_file_open(path, NULL, &file), IOPMEM_REFUSED,
		      "no addresses (give IOPMEM_BASE)"));
	iopmem_options_init(&options);
	options.flags = IOPMEM_BASE;
	CHECK(refused(iopmem_file_open(path, &options, &file), IOPMEM_REFUSED, "cannot begin at 0x0"));
	options.base = base;
	CHECK(refused(iopmem_file_open(path, &options, &file), IOPMEM_REFUSED,
		      "or give IOPMEM_NO_DAX_CHECK)"));
	options = options_with(base + 1, 0);
	CHECK(refused(iopmem_file_open(path, &options, &file), IOPMEM_REFUSED, "multiple of 4096"));
	options = options_with(UINT64_MAX - 4095, 0);
	CHECK(refused(iopmem_file_open(path, &options, &file), IOPMEM_REFUSED, "address space"));
	options = options_with(base, 0);
	options.client = "0000:00:00.0";
	CHECK(iopmem_file_open(path, &options, &file) == IOPMEM_UNKNOWN);
	iopmem_options_init(&options);
	options.flags = IOPMEM_LEASE;
	CHECK(refused(iopmem_file_open(path, &options, &file), IOPMEM_REFUSED, "leases"));
	CHECK(!file);
}

/* Whether every function finds out a handle that is none. */
static int is_unknown(struct iopmem_file *file)
{
	struct iopmem_info info;
	uint64_t address;
	struct iopmem_nvme_list list;
	size_t count = 0;

	iopmem_info_init(&info);
	iopmem_nvme_list_init(&list);
	return refused(iopmem_file_info(file, &info), IOPMEM_INVALID, "the file is") &&
	       refused(iopmem_file_segments(file, 0, 1, NULL, NULL, &count), IOPMEM_INVALID,
		       "the file is") &&
	       refused(iopmem_file_translate(file, 0, 1, &address, NULL), IOPMEM_INVALID,
		       "the file is") &&
	       refused(iopmem_file_verify(file), IOPMEM_INVALID, "the file is") &&
	       refused(iopmem_file_lease_fd(file), IOPMEM_INVALID, "the file is") &&
	       refused(iopmem_file_dmabuf(file, 0, 4096), IOPMEM_INVALID, "the file is") &&
	       refused(iopmem_file_nvme_prp(file, 0, 1, NULL, &list), IOPMEM_INVALID,
		       "the file is") &&
	       refused(iopmem_file_nvme_sgl(file, 0, 1, NULL, &list), IOPMEM_INVALID,
		       "the file is");
}

static void test_handles(void)
{
	struct iopmem_file *file = opened(path, base, 0);

	CHECK(iopmem_file_verify(file) == IOPMEM_OK);
	CHECK(iopmem_file_close(file) == IOPMEM_OK);
	CHECK(is_unknown(file));
	CHECK(refused(iopmem_file_close(file), IOPMEM_INVALID, "closed"));
	CHECK(is_unknown((struct iopmem_file *)&path) && is_unknown(NULL));
	CHECK(is_unknown((struct iopmem_file *)UINTPTR_MAX));
	CHECK(iopmem_file_close(NULL) == IOPMEM_OK);
}

static void test_results(void)
{
	struct iopmem_file *file = opened(path, base, 0);
	struct iopmem_limits limits;
	struct iopmem_info info;
	size_t count = 0;

	iopmem_limits_init(&limits);
	limits.alignment = 3;
	CHECK(refused(iopmem_file_segments(file, 0, 1, &limits, NULL, &count), IOPMEM_INVALID,
		      "power of two"));
	limits.alignment = 4096;
	limits.max_segment = 512;
	CHECK(refused(iopmem_file_segments(file, 0, 1, &limits, NULL, &count), IOPMEM_INVALID,
		      "shorter"));
	iopmem_limits_init(&limits);
	limits.address_bits = 65;
	CHECK(refused(iopmem_file_segments(file, 0, 1, &limits, NULL, &count), IOPMEM_INVALID,
		      "bits"));
	limits.address_bits = 1u << 30;
	CHECK(iopmem_file_segments(file, 0, 1, &limits, NULL, &count) == IOPMEM_INVALID);
	limits.address_bits = 8;
	CHECK(refused(iopmem_file_segments(file, 0, 1, &limits, NULL, &count), IOPMEM_REFUSED,
		      "8 address bits"));
	iopmem_limits_init(&limits);
	limits.reserved = 1;
	CHECK(iopmem_file_segments(file, 0, 1, &limits, NULL, &count) == IOPMEM_INVALID);
	CHECK(refused(iopmem_file_segments(file, 0, 1, NULL, NULL, NULL), IOPMEM_INVALID, "count"));
	CHECK(refused(iopmem_file_translate(file, 0, 1, NULL, NULL), IOPMEM_INVALID, "address"));
	CHECK(refused(iopmem_file_info(file, NULL), IOPMEM_INVALID, "info"));
	iopmem_info_init(&info);
	info.size = 4;
	CHECK(refused(iopmem_file_info(file, &info), IOPMEM_INVALID, "a size of 4 bytes"));
	CHECK(refused(iopmem_file_lease_fd(file), IOPMEM_INVALID, "without IOPMEM_LEASE"));
	CHECK(refused(iopmem_file_dmabuf(file, 0, 4096), IOPMEM_INVALID, "no lease"));
	CHECK(refused(iopmem_file_dmabuf(file, 0, 0), IOPMEM_INVALID, "length: 0"));
	CHECK(iopmem_file_close(file) == IOPMEM_OK);
}

int main(int argc, char **argv)
{
	CHECK(argc == 3);
	path = argv[1];
	base = strtoull(argv[2], NULL, 0);
	CHECK(strcmp(iopmem_error_message(), "") == 0 && iopmem_error_number() == 0);
	test_options();
	test_opening();
	test_handles();
	test_results();
	puts(iopmem_version());
	return 0;
}

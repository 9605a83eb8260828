/* SPDX-License-Identifier: MIT */
/*
 * The lists for NVMe commands, read as their specification has it, lead to the file's bytes: FOLDER
 * BASE IMAGE, where the image is what the device is made of. The folder has `file`, without holes,
 * and `holed`, whose second block is one.
 */
#include "../vm/helpers/descriptors.h"

#include "check.h"

enum { MOST = 1 << 20 };

typedef int build(const struct iopmem_file *file, uint64_t offset, uint64_t length,
		  const struct iopmem_limits *limits, struct iopmem_nvme_list *list);

static uint64_t base, at;
static int image, content;
static unsigned char memory[MOST + 16];

/* What the controller would move next is what the file has next. */
static void compare(uint64_t address, uint64_t bytes)
{
	static unsigned char there[1 << 16], here[1 << 16];

	while (bytes) {
		size_t count = bytes < sizeof(there) ? (size_t)bytes : sizeof(there);

		CHECK(pread(image, there, count, (off_t)(address - base)) == (ssize_t)count);
		CHECK(pread(content, here, count, (off_t)at) == (ssize_t)count);
		CHECK(memcmp(there, here, count) == 0);
		address += count;
		at += count;
		bytes -= count;
	}
}

/* A part of the file by one form, with the list at an address: with too little memory, and enough. */
static void test_part(const struct iopmem_file *file, build *make, enum kind kind, uint64_t offset,
		      uint64_t length, uint64_t address, uint64_t page,
		      const struct iopmem_limits *limits)
{
	struct descriptors d = { .path = "list", .kind = kind };
	struct iopmem_nvme_list list;
	uint8_t pointer[16];
	uint64_t needed;

	iopmem_nvme_list_init(&list);
	list.address = address;
	list.page_size = page;
	if (make(file, offset, length, limits, &list) != IOPMEM_OK) {
		CHECK(iopmem_error_number() == ENOSPC && list.list_bytes > 0);
		CHECK(!list.data_pointer[0] && !list.data_pointer[1] && !list.transfer_bytes);
	}
	needed = list.list_bytes;
	CHECK(needed <= MOST);
	memset(memory, 0xa5, sizeof(memory));
	list.memory = memory;
	if (needed) {
		list.memory_bytes = needed - 1;
		CHECK(refused(make(file, offset, length, limits, &list), IOPMEM_FAILED, "needs a list"));
		CHECK(list.list_bytes == needed && memory[0] == 0xa5 && memory[needed - 1] == 0xa5);
	}
	list.memory_bytes = needed;
	CHECK(make(file, offset, length, limits, &list) == IOPMEM_OK);
	CHECK(list.list_bytes == needed && list.transfer_bytes == length);
	CHECK(list.address == address && list.page_size == page && list.memory == memory);
	/* Not a byte more than it said. */
	for (size_t i = 0; i < 16; i++)
		CHECK(memory[needed + i] == 0xa5);
	for (int i = 0; i < 16; i++)
		pointer[i] = (uint8_t)(list.data_pointer[i / 8] >> 8 * (i % 8));
	d.count = needed / (kind == NVME_PRP ? 8 : 16);
	d.bytes = list.transfer_bytes;
	d.pointer = pointer;
	d.records = memory;
	at = offset;
	if (kind == NVME_PRP)
		walk_prp(&d, address, page ? page : 4096, compare);
	else
		walk_sgl(&d, address, compare);
	CHECK(at == offset + length);
}

static void test_parts(const struct iopmem_file *file, uint64_t size)
{
	const uint64_t parts[][2] = {
		{ 0, size }, { 0, 1 }, { 4, 4096 }, { 4096, 8192 }, { 4, 12288 }, { 8188, 2000004 },
	};
	static const uint64_t addresses[] = { 0, 0x80000000, 0x80000fe0, 0xffffffff80 };
	struct iopmem_limits limits;

	iopmem_limits_init(&limits);
	limits.max_segment = 4096;
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		for (size_t j = 0; j < sizeof(addresses) / sizeof(*addresses); j++) {
			uint64_t offset = parts[i][0], length = parts[i][1];

			test_part(file, iopmem_file_nvme_prp, NVME_PRP, offset, length, addresses[j], 0,
				  NULL);
			test_part(file, iopmem_file_nvme_prp, NVME_PRP, offset, length, addresses[j],
				  4096, &limits);
			test_part(file, iopmem_file_nvme_sgl, NVME_SGL, offset, length, addresses[j], 0,
				  NULL);
			test_part(file, iopmem_file_nvme_sgl, NVME_SGL, offset, length, addresses[j],
				  8192, &limits);
		}
	}
}

static void test_refusals(const struct iopmem_file *file, const struct iopmem_file *holed,
			  uint64_t size)
{
	build *const makes[] = { iopmem_file_nvme_prp, iopmem_file_nvme_sgl };
	struct iopmem_limits limits;

	iopmem_limits_init(&limits);
	for (int i = 0; i < 2; i++) {
		build *make = makes[i];
		struct iopmem_nvme_list list;

		CHECK(refused(make(file, 0, 1, NULL, NULL), IOPMEM_INVALID, "NULL"));
		iopmem_nvme_list_init(&list);
		list.size = 8;
		CHECK(refused(make(file, 0, 1, NULL, &list), IOPMEM_INVALID, "a size of 8"));
		iopmem_nvme_list_init(&list);
		list.flags = 1;
		CHECK(refused(make(file, 0, 1, NULL, &list), IOPMEM_INVALID, "flag"));
		iopmem_nvme_list_init(&list);
		list.memory_bytes = 8;
		CHECK(refused(make(file, 0, 1, NULL, &list), IOPMEM_INVALID, "memory_bytes"));
		iopmem_nvme_list_init(&list);
		list.address = 4;
		CHECK(refused(make(file, 0, 1, NULL, &list), IOPMEM_INVALID, "multiple of 8"));
		iopmem_nvme_list_init(&list);
		list.page_size = 512;
		CHECK(refused(make(file, 0, 1, NULL, &list), IOPMEM_INVALID, "page_size"));
		iopmem_nvme_list_init(&list);
		list.data_pointer[0] = 1;
		CHECK(refused(make(file, 0, size + 1, NULL, &list), IOPMEM_REFUSED, "bytes"));
		CHECK(list.data_pointer[0] == 0);
		CHECK(refused(make(file, 0, 0, NULL, &list), IOPMEM_REFUSED, "no bytes"));
		CHECK(refused(make(file, UINT64_MAX - 1, 2, NULL, &list), IOPMEM_REFUSED, "bytes"));
		CHECK(refused(make(holed, 0, IOPMEM_TO_END, NULL, &list), IOPMEM_REFUSED, "holes"));
		CHECK(make(holed, 0, 4096, NULL, &list) == IOPMEM_OK);
		CHECK(make(holed, 8192, IOPMEM_TO_END, NULL, &list) == IOPMEM_OK);
		limits.flags = IOPMEM_SKIP_HOLES;
		CHECK(refused(make(file, 0, 1, &limits, &list), IOPMEM_INVALID, "skip holes"));
	}
}

int main(int argc, char **argv)
{
	struct iopmem_file *file, *holed;
	struct iopmem_info info;
	char path[4096];

	CHECK(argc == 4);
	base = strtoull(argv[2], NULL, 0);
	snprintf(path, sizeof(path), "%s/holed", argv[1]);
	holed = opened(path, base, 0);
	snprintf(path, sizeof(path), "%s/file", argv[1]);
	file = opened(path, base, 0);
	content = open(path, O_RDONLY | O_CLOEXEC);
	image = open(argv[3], O_RDONLY | O_CLOEXEC);
	CHECK(content >= 0 && image >= 0);
	iopmem_info_init(&info);
	CHECK(iopmem_file_info(file, &info) == IOPMEM_OK && info.hole_bytes == 0);
	test_parts(file, info.file_size);
	test_refusals(file, holed, info.file_size);
	CHECK(iopmem_file_close(file) == IOPMEM_OK && iopmem_file_close(holed) == IOPMEM_OK);
	return 0;
}

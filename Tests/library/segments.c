/* SPDX-License-Identifier: MIT */
/*
 * The bytes at the addresses are the file's, under every limit: FILE BASE IMAGE, where the image
 * is what the device is made of.
 */
#include <fcntl.h>
#include <unistd.h>

#include "check.h"

static uint64_t base;
static int image, content;

static uint64_t smallest(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Compares a segment's bytes on the device with those of the file. */
static void compare(const struct iopmem_segment *segment)
{
	static unsigned char there[1 << 16], here[1 << 16];
	uint64_t done = 0;

	while (done < segment->length) {
		size_t count = (size_t)smallest(segment->length - done, sizeof(there));

		CHECK(pread(image, there, count, (off_t)(segment->address - base + done)) ==
		      (ssize_t)count);
		CHECK(pread(content, here, count, (off_t)(segment->file_offset + done)) ==
		      (ssize_t)count);
		CHECK(memcmp(there, here, count) == 0);
		done += count;
	}
}

static void keeps(const struct iopmem_segment *segment, const struct iopmem_limits *limits)
{
	uint64_t last = segment->address + segment->length - 1;

	CHECK(segment->length > 0);
	CHECK(!limits->max_segment || segment->length <= limits->max_segment);
	CHECK(!limits->boundary || segment->address / limits->boundary == last / limits->boundary);
	CHECK(!limits->alignment || (segment->address % limits->alignment == 0 &&
				     segment->length % limits->alignment == 0));
}

/* Goes over a part of the file by calls with room for a few segments; answers how many. */
static size_t walk(const struct iopmem_file *file, uint64_t offset, uint64_t length, size_t room,
		   const struct iopmem_limits *limits)
{
	struct iopmem_segment segments[8];
	uint64_t end = offset + length;
	size_t total = 0;
	int result;

	CHECK(room <= 8);
	do {
		size_t count = room;

		result = iopmem_file_segments(file, offset, end - offset, limits, segments, &count);
		CHECK(result == IOPMEM_OK || result == IOPMEM_MORE);
		CHECK(count <= room && (result == IOPMEM_OK || count == room));
		for (size_t i = 0; i < count; i++) {
			CHECK(segments[i].file_offset >= offset);
			CHECK(limits->flags || segments[i].file_offset == offset);
			keeps(&segments[i], limits);
			compare(&segments[i]);
			offset = segments[i].file_offset + segments[i].length;
			CHECK(offset <= end);
		}
		total += count;
	} while (result == IOPMEM_MORE);
	CHECK(limits->flags || offset == end);
	return total;
}

static void test_limits(const struct iopmem_file *file, const struct iopmem_info *info)
{
	static const uint64_t most[] = { 0, 4096, 10000, 1 << 20 };
	struct iopmem_limits limits;

	for (size_t i = 0; i < 4; i++) {
		for (size_t room = 1; room <= 8; room += 7) {
			size_t count = 12345;

			iopmem_limits_init(&limits);
			limits.flags = IOPMEM_SKIP_HOLES;
			limits.max_segment = most[i];
			limits.boundary = 1 << 16;
			CHECK(iopmem_file_segments(file, 0, IOPMEM_TO_END, &limits, NULL, &count) ==
			      IOPMEM_OK);
			CHECK(walk(file, 0, info->mapped_size, room, &limits) == count);
			limits.max_segments = count;
			CHECK(iopmem_file_segments(file, 0, IOPMEM_TO_END, &limits, NULL, &count) ==
			      IOPMEM_OK);
			limits.max_segments--;
			CHECK(refused(iopmem_file_segments(file, 0, IOPMEM_TO_END, &limits, NULL,
							   &count),
				      IOPMEM_REFUSED, "more segments"));
			CHECK(count == 0);
		}
	}
}

/* The file's first 64 KiB have no hole, its next has; its length is odd. */
static void test_holes(const struct iopmem_file *file, const struct iopmem_info *info)
{
	struct iopmem_segment segment;
	struct iopmem_limits limits;
	size_t count = 1;

	CHECK(info->hole_bytes > 0);
	CHECK(refused(iopmem_file_segments(file, 0, IOPMEM_TO_END, NULL, NULL, &count),
		      IOPMEM_REFUSED, "a hole at 0x10000"));
	iopmem_limits_init(&limits);
	CHECK(walk(file, 0, 1 << 16, 8, &limits) > 0);
	CHECK(walk(file, 1234, 4321, 1, &limits) > 0);
	CHECK(walk(file, 77, 0, 1, &limits) == 0);
	limits.alignment = 512;
	CHECK(refused(iopmem_file_segments(file, 100, 512, &limits, NULL, &count), IOPMEM_REFUSED,
		      "no multiple of 512"));
	limits.flags = IOPMEM_SKIP_HOLES;
	CHECK(refused(iopmem_file_segments(file, 0, IOPMEM_TO_END, &limits, NULL, &count),
		      IOPMEM_REFUSED, "no multiple of 512"));
	CHECK(refused(iopmem_file_segments(file, 0, info->mapped_size + 1, NULL, NULL, &count),
		      IOPMEM_REFUSED, "not"));
	CHECK(refused(iopmem_file_segments(file, UINT64_MAX - 1, 2, NULL, NULL, &count),
		      IOPMEM_REFUSED, "not"));
	count = 1;
	CHECK(iopmem_file_segments(file, info->mapped_size, IOPMEM_TO_END, NULL, &segment,
				   &count) == IOPMEM_OK);
	CHECK(count == 0);
}

/* Translation and segments agree on every run, at its ends and within. */
static void test_translation(const struct iopmem_file *file, const struct iopmem_info *info)
{
	struct iopmem_segment runs[512];
	struct iopmem_limits limits;
	uint64_t address, contiguous;
	size_t count = 512;

	iopmem_limits_init(&limits);
	limits.flags = IOPMEM_SKIP_HOLES;
	CHECK(iopmem_file_segments(file, 0, IOPMEM_TO_END, &limits, runs, &count) == IOPMEM_OK);
	CHECK(count > 2 && count <= info->segment_count);
	for (size_t i = 0; i < count; i++) {
		uint64_t within = runs[i].length / 2;

		CHECK(iopmem_file_translate(file, runs[i].file_offset + within, IOPMEM_TO_END,
					    &address, &contiguous) == IOPMEM_OK);
		CHECK(address == runs[i].address + within);
		CHECK(contiguous == runs[i].length - within);
		CHECK(iopmem_file_translate(file, runs[i].file_offset, 1, &address, &contiguous) ==
		      IOPMEM_OK);
		CHECK(address == runs[i].address && contiguous == 1);
	}
	CHECK(refused(iopmem_file_translate(file, 1 << 16, 1, &address, NULL), IOPMEM_REFUSED,
		      "a hole at 0x10000"));
	CHECK(refused(iopmem_file_translate(file, info->mapped_size, IOPMEM_TO_END, &address, NULL),
		      IOPMEM_REFUSED, "bytes: not any from"));
	CHECK(refused(iopmem_file_translate(file, 0, 0, &address, NULL), IOPMEM_INVALID, "length"));
	CHECK(iopmem_file_translate(file, info->mapped_size + 1, 1, &address, NULL) ==
	      IOPMEM_REFUSED);
}

static void test_whole_blocks(const char *path, const struct iopmem_info *exact)
{
	struct iopmem_file *file = opened(path, base, IOPMEM_BLOCK_GRANULAR);
	struct iopmem_limits limits;
	struct iopmem_info info;
	size_t count = 0;

	iopmem_info_init(&info);
	CHECK(iopmem_file_info(file, &info) == IOPMEM_OK);
	CHECK(info.file_size == exact->file_size && info.mapped_size % 4096 == 0);
	CHECK(info.mapped_size > info.file_size && info.mapped_size - info.file_size < 4096);
	CHECK(memcmp(info.fingerprint, exact->fingerprint, sizeof(info.fingerprint)) != 0);
	iopmem_limits_init(&limits);
	limits.flags = IOPMEM_SKIP_HOLES;
	limits.alignment = 4096;
	CHECK(iopmem_file_segments(file, 0, IOPMEM_TO_END, &limits, NULL, &count) == IOPMEM_OK);
	CHECK(count > 0);
	CHECK(iopmem_file_close(file) == IOPMEM_OK);
}

int main(int argc, char **argv)
{
	struct iopmem_file *file;
	struct iopmem_info info;

	CHECK(argc == 4);
	base = strtoull(argv[2], NULL, 0);
	content = open(argv[1], O_RDONLY | O_CLOEXEC);
	image = open(argv[3], O_RDONLY | O_CLOEXEC);
	CHECK(content >= 0 && image >= 0);
	file = opened(argv[1], base, 0);
	iopmem_info_init(&info);
	CHECK(iopmem_file_info(file, &info) == IOPMEM_OK);
	CHECK(info.bar == -1 && info.function[0] == 0 && info.address_kind == IOPMEM_BUS_ADDRESS);
	CHECK(info.bar_address == base && info.flags == 0);
	CHECK(info.mapped_size == info.file_size);
	test_limits(file, &info);
	test_holes(file, &info);
	test_translation(file, &info);
	test_whole_blocks(argv[1], &info);
	CHECK(iopmem_file_close(file) == IOPMEM_OK);
	puts(info.fingerprint_text);
	return 0;
}

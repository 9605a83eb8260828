/* SPDX-License-Identifier: MIT */
/*
 * Reads the descriptors that the toolkit prints for engines. Made from iopmem-sg(5) and from the
 * NVM Express base specification (2.0, 4.1), not from what writes them, so that the two check each
 * other: whatever is not exactly as it is written there ends the program.
 */
#ifndef DESCRIPTORS_H
#define DESCRIPTORS_H

#include "helper.h"

enum kind { SG = 1, NVME_PRP = 2, NVME_SGL = 3 };

struct descriptors {
	const char *path;
	enum kind kind;
	uint64_t count;
	/* Of the transfer that they describe. */
	uint64_t bytes;
	const uint8_t *pointer;
	const uint8_t *records;
	/* All that was read, to be freed. */
	uint8_t *file;
};

/* What is done with each run of data, in the order of the transfer. */
typedef void each_run(uint64_t address, uint64_t bytes);

#define require(condition, ...)                                                                    \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			errno = EBADMSG;                                                           \
			die(__VA_ARGS__);                                                          \
		}                                                                                  \
	} while (0)

static inline uint64_t little(const uint8_t *bytes, int count)
{
	uint64_t value = 0;

	while (count--)
		value = value << 8 | bytes[count];
	return value;
}

static inline struct descriptors read_descriptors(const char *path)
{
	enum { HEADER = 64 };
	static const unsigned int record_bytes[] = { [SG] = 24, [NVME_PRP] = 8, [NVME_SGL] = 16 };
	struct descriptors d = { .path = path };
	int fd = open_or_die(path, O_RDONLY);
	struct stat st;
	uint64_t bytes;

	if (fstat(fd, &st))
		die("fstat %s", path);
	bytes = st.st_size;
	require(bytes >= HEADER, "%s: no header", path);
	d.file = malloc(bytes);
	if (!d.file || read(fd, d.file, bytes) != st.st_size)
		die("read %s", path);
	close(fd);
	require(!memcmp(d.file, "IOPMEMSG", 8), "%s: magic", path);
	require(little(d.file + 8, 2) == 1, "%s: version", path);
	require(little(d.file + 10, 2) == HEADER, "%s: header of another size", path);
	d.kind = little(d.file + 14, 2);
	require(d.kind >= SG && d.kind <= NVME_SGL, "%s: kind %u", path, d.kind);
	require(little(d.file + 12, 2) == record_bytes[d.kind], "%s: records of another size",
		path);
	d.count = little(d.file + 16, 8);
	require((bytes - HEADER) % record_bytes[d.kind] == 0 &&
			d.count == (bytes - HEADER) / record_bytes[d.kind],
		"%s: not the %llu records that it says", path, (unsigned long long)d.count);
	d.bytes = little(d.file + 24, 8);
	d.pointer = d.file + 32;
	d.records = d.file + HEADER;
	return d;
}

static inline const uint8_t *next_record(const struct descriptors *d, uint64_t *at, int bytes)
{
	require(*at < d->count, "%s: ends within the transfer", d->path);
	return d->records + (*at)++ * bytes;
}

/* The list lies at this address, from its first record on; a page is one of CC.MPS. */
static inline void walk_prp(const struct descriptors *d, uint64_t list, uint64_t page,
			    each_run *each)
{
	uint64_t first = little(d->pointer, 8), second = little(d->pointer + 8, 8);
	uint64_t left = d->bytes, at = 0, run = page - first % page;

	require(first % 4 == 0, "%s: PRP1 at no double word", d->path);
	if (run > left)
		run = left;
	each(first, run);
	left -= run;
	if (left == 0) {
		require(second == 0, "%s: PRP2 without need", d->path);
	} else if (left <= page) {
		require(second % page == 0, "%s: PRP2 with an offset", d->path);
		each(second, left);
	} else {
		require(second == list, "%s: PRP2 does not lead to the list", d->path);
		require(list % 8 == 0, "%s: a list at no quad word", d->path);
		while (left) {
			/* The last entry of a page is a link, unless it can end the list. */
			int link = (list + 8 * at) % page == page - 8 && left > page;
			uint64_t entry = little(next_record(d, &at, 8), 8);

			require(entry % page == 0, "%s: entry %llu has an offset", d->path,
				(unsigned long long)at);
			if (link) {
				require(entry == list + 8 * at, "%s: entry %llu is no link",
					d->path, (unsigned long long)at);
				continue;
			}
			run = left < page ? left : page;
			each(entry, run);
			left -= run;
		}
	}
	require(at == d->count, "%s: more records than the transfer wants", d->path);
}

/* The type and subtype of an SGL descriptor. */
enum { DATA_BLOCK = 0x00, SEGMENT = 0x20, LAST_SEGMENT = 0x30 };

static inline uint64_t data_block(const struct descriptors *d, const uint8_t *descriptor,
				  each_run *each)
{
	uint64_t bytes = little(descriptor + 8, 4);

	require(descriptor[15] == DATA_BLOCK, "%s: a descriptor 0x%02x where data should be",
		d->path, descriptor[15]);
	require(bytes && !little(descriptor + 12, 3), "%s: not a data block's bytes", d->path);
	each(little(descriptor, 8), bytes);
	return bytes;
}

/* The list lies at this address, from its first record on. */
static inline void walk_sgl(const struct descriptors *d, uint64_t list, each_run *each)
{
	const uint8_t *link = d->pointer;
	uint64_t moved = 0, at = 0;

	if (link[15] == DATA_BLOCK) {
		moved = data_block(d, link, each);
		link = NULL;
	}
	while (link) {
		uint64_t left = little(link + 8, 4) / 16;
		int last = link[15] == LAST_SEGMENT;

		require(last || link[15] == SEGMENT,
			"%s: a descriptor 0x%02x where a link should be", d->path, link[15]);
		require(left && link[8] % 16 == 0 && !little(link + 12, 3),
			"%s: not a link's bytes", d->path);
		require(little(link, 8) == list + 16 * at, "%s: a link to elsewhere", d->path);
		/* All but the last segment end with a link. */
		for (; left > (last ? 0 : 1); left--)
			moved += data_block(d, next_record(d, &at, 16), each);
		link = last ? NULL : next_record(d, &at, 16);
	}
	require(at == d->count, "%s: more records than the transfer wants", d->path);
	require(moved == d->bytes, "%s: %llu bytes, not the %llu that it says", d->path,
		(unsigned long long)moved, (unsigned long long)d->bytes);
}

#endif

// SPDX-License-Identifier: MIT
/*
 * edu FUNCTION FROM TO BYTES [as-is]: have QEMU's edu function copy BYTES from bus address FROM to
 * bus address TO, through its own buffer. The CPU touches the engine's registers and nothing else,
 * and enables the function first, but where it is to be taken as it is. The engine takes a tenth of
 * a second a transfer, so 10 KiB a second is what to expect of it.
 *
 * edu FUNCTION FROM TO: the same, where FROM and TO are files of the records that `iopmem fiemap
 * --format sg` prints: every byte that the one describes goes to where the other says.
 */
#include "descriptors.h"
#include "engine.h"

enum {
	IDENTITY = 0x00,
	DMA_SOURCE = 0x80,
	DMA_DESTINATION = 0x88,
	DMA_COUNT = 0x90,
	DMA_COMMAND = 0x98,
	BUFFER = 0x40000,
	/* A transfer of the whole buffer is refused by some versions of QEMU. */
	MOST = 2048,
	START = 1,
	TO_MEMORY = 2,
};

static volatile uint8_t *registers;

static void set64(int reg, uint64_t value)
{
	*(volatile uint64_t *)(registers + reg) = value;
}

static uint64_t get64(int reg)
{
	return *(volatile uint64_t *)(registers + reg);
}

static void transfer(uint64_t from, uint64_t to, uint64_t bytes, int direction)
{
	int tries = 20000;

	set64(DMA_SOURCE, from);
	set64(DMA_DESTINATION, to);
	set64(DMA_COUNT, bytes);
	set64(DMA_COMMAND, START | direction);
	while (get64(DMA_COMMAND) & START) {
		if (!tries--) {
			errno = ETIMEDOUT;
			die("the engine did not finish 0x%llx -> 0x%llx", (unsigned long long)from,
			    (unsigned long long)to);
		}
		usleep(500);
	}
}

static void copy(uint64_t from, uint64_t to, uint64_t bytes)
{
	for (uint64_t done = 0; done < bytes; done += MOST) {
		uint64_t piece = bytes - done < MOST ? bytes - done : MOST;

		transfer(from + done, BUFFER, piece, 0);
		transfer(BUFFER, to + done, piece, TO_MEMORY);
	}
}

/* Where a walk through the records of a file is. */
struct walk {
	struct descriptors descriptors;
	uint64_t at;
	uint64_t address;
	uint64_t left;
	/* In the file, behind the record; each begins where the last one ended. */
	uint64_t offset;
};

static struct walk begin(const char *path)
{
	struct walk walk = { .descriptors = read_descriptors(path) };
	uint64_t bytes = 0;

	require(walk.descriptors.kind == SG, "%s: not for this engine", path);
	require(walk.descriptors.count, "%s: no records", path);
	walk.offset = little(walk.descriptors.records, 8);
	for (uint64_t i = 0; i < walk.descriptors.count; i++)
		bytes += little(walk.descriptors.records + 24 * i + 16, 8);
	require(bytes == walk.descriptors.bytes, "%s: %llu bytes, not the %llu that it says", path,
		(unsigned long long)bytes, (unsigned long long)walk.descriptors.bytes);
	return walk;
}

/* How much is left of the record, or of the next one. */
static uint64_t room(struct walk *walk)
{
	if (!walk->left) {
		const uint8_t *record = next_record(&walk->descriptors, &walk->at, 24);

		require(little(record, 8) == walk->offset, "%s: record %llu leaves bytes out",
			walk->descriptors.path, (unsigned long long)walk->at);
		walk->address = little(record + 8, 8);
		walk->left = little(record + 16, 8);
		walk->offset += walk->left;
		require(walk->left, "%s: an empty record", walk->descriptors.path);
	}
	return walk->left;
}

static void copy_records(const char *source, const char *destination)
{
	struct walk from = begin(source), to = begin(destination);
	uint64_t bytes = from.descriptors.bytes, piece;

	require(bytes == to.descriptors.bytes, "%s and %s are not of one length", source,
		destination);
	for (; bytes; bytes -= piece) {
		piece = room(&from) < room(&to) ? from.left : to.left;
		copy(from.address, to.address, piece);
		from.address += piece;
		to.address += piece;
		from.left -= piece;
		to.left -= piece;
	}
	printf("%llu records to %llu\n", (unsigned long long)from.at, (unsigned long long)to.at);
}

int main(int argc, char **argv)
{
	int as_is = argc == 6 && !strcmp(argv[5], "as-is");

	if (argc != 4 && argc != 5 && !as_is)
		return 64;
	if (!as_is)
		engine_enable(argv[1]);
	registers = engine_registers(argv[1], 1 << 20);
	if ((*(volatile uint32_t *)(registers + IDENTITY) & 0xff) != 0xed) {
		errno = ENODEV;
		die("%s is not an edu function", argv[1]);
	}
	if (argc != 4)
		copy(number(argv[2]), number(argv[3]), number(argv[4]));
	else
		copy_records(argv[2], argv[3]);
	return 0;
}

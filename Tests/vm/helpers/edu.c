// SPDX-License-Identifier: MIT
/*
 * edu FUNCTION FROM TO BYTES [as-is]: have QEMU's edu function copy BYTES from bus address FROM to
 * bus address TO, through its own buffer. The CPU touches the engine's registers and nothing else,
 * and enables the function first, but where it is to be taken as it is. The engine takes a tenth of
 * a second a transfer, so 10 KiB a second is what to expect of it.
 *
 * edu FUNCTION FROM TO: the same, where FROM and TO are files of the records that `iopmem fiemap
 * --format sg` prints: every byte that the one describes goes to where the other says.
 *
 * edu FUNCTION late DEVICE OFFSET: the BAR of an iopmem device is mapped for the engine, which
 * reads what lies at OFFSET and is told to write it back; while it takes its time, the mapping is
 * closed. Nothing may arrive. Prints how many of the writes were that late; one must be.
 */
#include "descriptors.h"
#include "engine.h"

#include "uapi/iopmem.h"

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

static int running(void)
{
	return get64(DMA_COMMAND) & START;
}

static void begin_transfer(uint64_t from, uint64_t to, uint64_t bytes, int direction)
{
	set64(DMA_SOURCE, from);
	set64(DMA_DESTINATION, to);
	set64(DMA_COUNT, bytes);
	set64(DMA_COMMAND, START | direction);
}

static void end_transfer(void)
{
	int tries = 20000;

	while (running()) {
		if (!tries--) {
			errno = ETIMEDOUT;
			die("the engine did not finish 0x%llx -> 0x%llx",
			    (unsigned long long)get64(DMA_SOURCE),
			    (unsigned long long)get64(DMA_DESTINATION));
		}
		usleep(500);
	}
}

static void transfer(uint64_t from, uint64_t to, uint64_t bytes, int direction)
{
	begin_transfer(from, to, bytes, direction);
	end_transfer();
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

static struct iopmem_map map_for(int device, const char *function)
{
	/* QEMU's host bridge lets peers through, though the kernel does not know it. */
	struct iopmem_map map = { .size = sizeof(map), .flags = IOPMEM_MAP_FORCE, .dma_bits = 64 };
	unsigned int domain, bus, slot, of_slot;

	if (sscanf(function, "%x:%x:%x.%x", &domain, &bus, &slot, &of_slot) != 4) {
		errno = EINVAL;
		die("%s is not a function", function);
	}
	map.domain = domain;
	map.bus = bus;
	map.devfn = slot << 3 | of_slot;
	if (ioctl(device, IOPMEM_IOC_MAP, &map))
		die("mapping for %s", function);
	return map;
}

static void set_piece(int device, uint64_t offset, int byte)
{
	static char piece[4096] __attribute__((aligned(4096)));

	memset(piece, byte, sizeof(piece));
	if (pwrite(device, piece, sizeof(piece), offset) != sizeof(piece))
		die("write at 0x%llx", (unsigned long long)offset);
}

static int piece_is(int device, uint64_t offset, int byte)
{
	static char piece[4096] __attribute__((aligned(4096)));

	if (pread(device, piece, sizeof(piece), offset) != sizeof(piece))
		die("read at 0x%llx", (unsigned long long)offset);
	for (int i = 0; i < MOST; i++)
		if (piece[i] != (char)byte)
			return 0;
	return 1;
}

/* The engine takes 100 ms, and a lazy IOMMU flushes 10 ms after it unmapped: close in the last. */
static void late(const char *function, const char *device, uint64_t offset)
{
	enum { ROUNDS = 20 };
	int fd = open_or_die(device, O_RDWR | O_DIRECT), writes = 0;
	long wait = 95000;

	for (int round = 1; round <= ROUNDS; round++) {
		struct iopmem_map map = map_for(fd, function);
		int is_late;

		set_piece(fd, offset, round);
		transfer(map.address + offset, BUFFER, MOST, 0);
		set_piece(fd, offset, 0);
		begin_transfer(BUFFER, map.address + offset, MOST, TO_MEMORY);
		usleep(wait);
		close(map.map);
		is_late = running();
		end_transfer();
		if (is_late && !piece_is(fd, offset, 0)) {
			errno = EFAULT;
			die("the engine wrote through a mapping that was closed");
		}
		writes += is_late;
		wait += is_late ? 500 : -1500;
	}
	if (!writes) {
		errno = ETIME;
		die("no write came after its mapping was closed");
	}
	printf("%d\n", writes);
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
	if (argc == 5 && !strcmp(argv[2], "late"))
		late(argv[1], argv[3], number(argv[4]));
	else if (argc != 4)
		copy(number(argv[2]), number(argv[3]), number(argv[4]));
	else
		copy_records(argv[2], argv[3]);
	return 0;
}

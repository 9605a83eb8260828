// SPDX-License-Identifier: MIT
/*
 * edu FUNCTION FROM TO BYTES [as-is]: have QEMU's edu function copy BYTES from bus address FROM to
 * bus address TO, through its own buffer. The CPU touches the engine's registers and nothing else,
 * and enables the function first, but where it is to be taken as it is. The engine takes a tenth of
 * a second a transfer, so 10 KiB a second is what to expect of it.
 */
#include "helper.h"

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
	int tries = 5000;

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
		usleep(2000);
	}
}

static void enable(const char *function)
{
	char path[256];
	uint16_t command;
	int fd;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/enable", function);
	fd = open_or_die(path, O_WRONLY);
	/* Counted: 1 each time is harmless. */
	if (write(fd, "1", 1) != 1)
		die("%s", path);
	close(fd);
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/config", function);
	fd = open_or_die(path, O_RDWR);
	if (pread(fd, &command, 2, 4) != 2)
		die("%s", path);
	command |= 6;
	if (pwrite(fd, &command, 2, 4) != 2)
		die("%s", path);
	close(fd);
}

int main(int argc, char **argv)
{
	uint64_t from, to, bytes, done;
	char path[256];
	int fd;

	if (argc != 5 && (argc != 6 || strcmp(argv[5], "as-is")))
		return 64;
	from = number(argv[2]);
	to = number(argv[3]);
	bytes = number(argv[4]);
	if (argc == 5)
		enable(argv[1]);
	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/resource0", argv[1]);
	fd = open_or_die(path, O_RDWR | O_SYNC);
	/* It does one thing at a time. */
	if (flock(fd, LOCK_EX))
		die("flock %s", path);
	registers = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (registers == MAP_FAILED)
		die("mmap %s", path);
	if ((*(volatile uint32_t *)(registers + IDENTITY) & 0xff) != 0xed) {
		errno = ENODEV;
		die("%s is not an edu function", argv[1]);
	}
	for (done = 0; done < bytes; done += MOST) {
		uint64_t piece = bytes - done < MOST ? bytes - done : MOST;

		transfer(from + done, BUFFER, piece, 0);
		transfer(BUFFER, to + done, piece, TO_MEMORY);
	}
	return 0;
}

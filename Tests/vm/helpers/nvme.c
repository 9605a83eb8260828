// SPDX-License-Identifier: MIT
/*
 * nvme FUNCTION QUEUES ADDRESS LIST ADDRESS [forever]: drives an NVMe function from user space, with
 * data pointers and lists that the toolkit printed. No block layer, no kernel driver (it must not be
 * bound), no memory of the host: QUEUES and LIST are files on an iopmem device, which are mapped here
 * and lie for the controller at the ADDRESS behind each. Where data lie is only in the descriptors.
 *
 * What is to be done is read from standard input, a line each:
 *
 *   read LBA DESCRIPTORS [AT [there]]    the SSD's blocks from LBA on, to where the descriptors say
 *   write LBA DESCRIPTORS [AT [there]]   the other way
 *   equal FILE OTHER             ends the program unless they hold the same bytes
 *
 * AT is where in LIST the list is to begin, if not at its start; "there": somebody has written it.
 *
 * With "forever" it is done again and again, a line of output a round, until SIGTERM.
 */
#include "descriptors.h"
#include "engine.h"

#include <signal.h>

/* NVM Express base specification 2.0, 3.1.3: the registers. */
enum {
	CAP = 0x00,
	CC = 0x14,
	CSTS = 0x1c,
	AQA = 0x24,
	ASQ = 0x28,
	ACQ = 0x30,
	DOORBELLS = 0x1000,
	/* CC: entries of 64 and 16 bytes, pages of 4 KiB, the NVM command set. */
	ENABLE = 1,
	ENTRY_SIZES = 6 << 16 | 4 << 20,
	READY = 1,
	FATAL = 2,
};

enum { CREATE_SUBMISSION = 1, CREATE_COMPLETION = 5, IDENTIFY = 6, WRITE = 1, READ = 2 };
enum { CONTROLLER = 1, NAMESPACE = 0 };
enum { PAGE = 4096, ENTRIES = 16, SUBMISSION = 64, COMPLETION = 16 };
/* The file of the queues, a page each. */
enum { ADMIN = 0, TRANSFERS = 2, ANSWER = 4, QUEUE_PAGES };

/* A file on the iopmem device: here, and as the controller finds it. */
struct memory {
	uint8_t *here;
	uint64_t address;
	uint64_t bytes;
};

struct queue {
	unsigned int id;
	/* Never more than one command is under way: tail of one and head of the other. */
	unsigned int next;
	unsigned int phase;
};

struct command {
	uint8_t opcode;
	uint8_t flags;
	uint16_t id;
	uint32_t namespace;
	uint32_t words2to5[4];
	uint8_t pointer[16];
	uint32_t words10to15[6];
};

static volatile uint8_t *registers;
static struct memory queues, list;
static struct queue admin = { .id = 0, .phase = 1 }, transfers = { .id = 1, .phase = 1 };
static uint64_t most, block, moved;
static volatile sig_atomic_t enough;

static uint32_t get32(int reg)
{
	return *(volatile uint32_t *)(registers + reg);
}

static void set32(int reg, uint32_t value)
{
	*(volatile uint32_t *)(registers + reg) = value;
}

static void set64(int reg, uint64_t value)
{
	/* Two halves are allowed everywhere, and eight bytes at once are not. */
	set32(reg, value);
	set32(reg + 4, value >> 32);
}

static uint64_t get64(int reg)
{
	return get32(reg) | (uint64_t)get32(reg + 4) << 32;
}

/* Into memory behind a BAR, which may be uncached: by words, and seen to have arrived. */
static void put(struct memory *memory, uint64_t offset, const void *from, uint64_t bytes)
{
	volatile uint32_t *to = (volatile uint32_t *)(memory->here + offset);
	uint32_t word = 0;

	for (uint64_t i = 0; i < bytes / 4; i++) {
		memcpy(&word, (const uint8_t *)from + 4 * i, 4);
		to[i] = word;
	}
	/* A write to one function may be overtaken by a doorbell of another, not by a read's answer. */
	if (bytes && to[bytes / 4 - 1] != word) {
		errno = EIO;
		die("memory at 0x%llx does not keep what is written",
		    (unsigned long long)(memory->address + offset));
	}
}

static struct memory map(const char *path, const char *address)
{
	struct memory memory = { .address = number(address) };
	int fd = open_or_die(path, O_RDWR);
	struct stat st;

	if (fstat(fd, &st))
		die("fstat %s", path);
	memory.bytes = st.st_size;
	memory.here = mmap(NULL, memory.bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory.here == MAP_FAILED)
		die("mmap %s", path);
	close(fd);
	return memory;
}

static void wait_ready(uint32_t wanted)
{
	for (int tries = 0; (get32(CSTS) & READY) != wanted; tries++) {
		if (tries > 10000 || get32(CSTS) & FATAL) {
			errno = ETIMEDOUT;
			die("the controller does not come to CSTS.RDY = %u: 0x%x", wanted,
			    get32(CSTS));
		}
		usleep(1000);
	}
}

static void ring(unsigned int doorbell, unsigned int value)
{
	unsigned int stride = 4 << (get64(CAP) >> 32 & 0xf);

	set32(DOORBELLS + doorbell * stride, value);
}

static void execute(struct queue *queue, struct command command)
{
	uint64_t offset = 2 * queue->id * PAGE, answer = offset + PAGE + queue->next * COMPLETION;
	volatile uint16_t *completion = (volatile uint16_t *)(queues.here + answer);
	unsigned int status;

	command.id = queue->next;
	put(&queues, offset + queue->next * SUBMISSION, &command, sizeof(command));
	queue->next = (queue->next + 1) % ENTRIES;
	ring(2 * queue->id, queue->next);
	for (int tries = 0; (completion[7] & 1) != queue->phase; tries++) {
		if (tries > 200000 || get32(CSTS) & FATAL) {
			errno = ETIMEDOUT;
			die("no completion of command 0x%x: CSTS 0x%x", command.opcode,
			    get32(CSTS));
		}
		usleep(tries < 100 ? 10 : 100);
	}
	status = completion[7] >> 1;
	if (status || completion[6] != command.id) {
		errno = EIO;
		die("command 0x%x of queue %u: status type %u code 0x%x", command.opcode, queue->id,
		    status >> 8 & 7, status & 0xff);
	}
	if (queue->next == 0)
		queue->phase ^= 1;
	ring(2 * queue->id + 1, queue->next);
}

/* A command whose data pointer is one page of the queues' file. */
static struct command on_page(uint8_t opcode, int page, uint32_t word10, uint32_t word11)
{
	struct command command = { .opcode = opcode, .words10to15 = { word10, word11 } };
	uint64_t address = queues.address + page * PAGE;

	memcpy(command.pointer, &address, 8);
	return command;
}

static void start(void)
{
	const volatile uint8_t *answer = queues.here + ANSWER * PAGE;
	const size_t bytes = QUEUE_PAGES * PAGE;
	void *blank = calloc(1, bytes);

	if (!blank || queues.bytes < bytes || queues.address % PAGE) {
		errno = EINVAL;
		die("the queues want %zu bytes at a page", bytes);
	}
	if (get64(CAP) >> 48 & 0xf) {
		errno = EOPNOTSUPP;
		die("the controller takes no pages of %u bytes", PAGE);
	}
	set32(CC, 0);
	wait_ready(0);
	put(&queues, 0, blank, bytes);
	set32(AQA, (ENTRIES - 1) << 16 | (ENTRIES - 1));
	set64(ASQ, queues.address + ADMIN * PAGE);
	set64(ACQ, queues.address + (ADMIN + 1) * PAGE);
	set32(CC, ENTRY_SIZES | ENABLE);
	wait_ready(READY);

	execute(&admin, on_page(IDENTIFY, ANSWER, CONTROLLER, 0));
	if ((answer[536] & 3) == 0) {
		errno = EOPNOTSUPP;
		die("the controller takes no SGLs");
	}
	/* MDTS, in units of the smallest page that CAP allows. */
	most = answer[77] ? (uint64_t)PAGE << answer[77] : UINT64_MAX;
	struct command identify = on_page(IDENTIFY, ANSWER, NAMESPACE, 0);

	identify.namespace = 1;
	execute(&admin, identify);
	block = 1ULL << answer[128 + 4 * (answer[26] & 0xf) + 2];

	/* Without interrupts, each physically contiguous. */
	execute(&admin,
		on_page(CREATE_COMPLETION, TRANSFERS + 1, (ENTRIES - 1) << 16 | transfers.id, 1));
	execute(&admin, on_page(CREATE_SUBMISSION, TRANSFERS, (ENTRIES - 1) << 16 | transfers.id,
				transfers.id << 16 | 1));
}

static void data_elsewhere(uint64_t address, uint64_t bytes)
{
	const struct memory *ours[] = { &queues, &list };

	require(bytes <= UINT64_MAX - address, "data past the end of the addresses");
	for (int i = 0; i < 2; i++)
		require(address >= ours[i]->address + ours[i]->bytes ||
				address + bytes <= ours[i]->address,
			"data at 0x%llx, in the queues or the list", (unsigned long long)address);
}

/* What LIST holds from a byte on, read by words as the memory may be uncached. */
static int holds(uint64_t at, const uint8_t *bytes, uint64_t count)
{
	const volatile uint32_t *here = (const volatile uint32_t *)(list.here + at);

	for (uint64_t i = 0; i < count / 4; i++) {
		uint32_t word = here[i];

		if (memcmp(&word, bytes + 4 * i, 4))
			return 0;
	}
	return 1;
}

static void transfer(uint8_t opcode, uint64_t lba, const char *path, uint64_t at, int there)
{
	struct descriptors d = read_descriptors(path);
	uint64_t list_bytes = d.count * (d.kind == NVME_PRP ? 8 : 16);
	struct command command = { .opcode = opcode, .namespace = 1 };

	require(d.kind == NVME_PRP || d.kind == NVME_SGL, "%s: not for NVMe", path);
	require(d.bytes && d.bytes % block == 0, "%s: no whole blocks", path);
	require(d.bytes <= most && d.bytes / block <= 65536, "%s: too much for one command", path);
	require(at <= list.bytes && list_bytes <= list.bytes - at,
		"%s: a list of %llu bytes, from byte %llu on", path, (unsigned long long)list_bytes,
		(unsigned long long)at);
	if (d.kind == NVME_PRP)
		walk_prp(&d, list.address + at, PAGE, data_elsewhere);
	else
		walk_sgl(&d, list.address + at, data_elsewhere);
	if (there)
		require(holds(at, d.records, list_bytes), "%s: another list is there", path);
	else
		put(&list, at, d.records, list_bytes);
	/* PSDT: PRPs, or an SGL (with metadata, of which there is none, in one piece). */
	command.flags = (d.kind == NVME_SGL) << 6;
	memcpy(command.pointer, d.pointer, sizeof(command.pointer));
	command.words10to15[0] = lba;
	command.words10to15[1] = lba >> 32;
	command.words10to15[2] = d.bytes / block - 1;
	execute(&transfers, command);
	moved += d.bytes;
	free(d.file);
}

static void equal(const char *path, const char *other)
{
	size_t bytes, others;
	void *p = mapped(path, &bytes), *q = mapped(other, &others);

	require(bytes == others && !memcmp(p, q, bytes), "%s is not %s", path, other);
	munmap(p, bytes);
	munmap(q, others);
}

static void obey(char *line)
{
	char verb[8], first[256], second[256], at[32] = "0", last[8] = "";
	int there;

	if (sscanf(line, "%7s %255s %255s %31s %7s", verb, first, second, at, last) < 3) {
		errno = EINVAL;
		die("not understood: %s", line);
	}
	there = !strcmp(last, "there");
	if (!strcmp(verb, "read")) {
		transfer(READ, number(first), second, number(at), there);
	} else if (!strcmp(verb, "write")) {
		transfer(WRITE, number(first), second, number(at), there);
	} else if (!strcmp(verb, "equal")) {
		equal(first, second);
	} else {
		errno = ENOSYS;
		die("no such verb: %s", verb);
	}
}

static void on_term(int signal)
{
	(void)signal;
	enough = 1;
}

int main(int argc, char **argv)
{
	int forever = argc == 7 && !strcmp(argv[6], "forever");
	char *lines[64], *line = NULL;
	unsigned long long rounds = 0;
	size_t count = 0, room = 0;

	if (argc != 6 && !forever)
		return 64;
	while (count < sizeof(lines) / sizeof(*lines) && getline(&line, &room, stdin) > 0) {
		lines[count++] = line;
		line = NULL;
		room = 0;
	}
	queues = map(argv[2], argv[3]);
	list = map(argv[4], argv[5]);
	engine_enable(argv[1]);
	registers = engine_registers(argv[1], 2 * PAGE);
	start();
	signal(SIGTERM, on_term);
	do {
		for (size_t i = 0; i < count; i++)
			obey(lines[i]);
		printf("%llu %llu\n", ++rounds, (unsigned long long)moved);
		fflush(stdout);
	} while (forever && !enough);
	set32(CC, 0);
	wait_ready(0);
	return 0;
}

/* SPDX-License-Identifier: MIT */
/*
 * Writes the list of an NVMe command into memory that the controller reads it from, and tells the
 * command in the form of iopmem-sg(5), with the list as that memory holds it:
 *
 *   CLIENT FILE prp|sgl LIST ADDRESS AT OFFSET LENGTH
 *
 * moves LENGTH bytes of FILE from OFFSET on, which are leased for the client meanwhile. The list
 * begins at byte AT of the file LIST, whose first byte the controller finds at ADDRESS.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <iopmem-sg.h>

#include "check.h"

static struct iopmem_file *leased(const char *path, const char *client)
{
	struct iopmem_options options;
	struct iopmem_file *file = NULL;

	iopmem_options_init(&options);
	options.flags = IOPMEM_LEASE | IOPMEM_FORCE;
	options.client = client;
	options.address_bits = 64;
	CHECK(iopmem_file_open(path, &options, &file) == IOPMEM_OK);
	return file;
}

/* All of a file, for the CPU to write to. */
static uint8_t *mapped(const char *path, size_t *bytes)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	struct stat st;
	void *memory;

	CHECK(fd >= 0 && fstat(fd, &st) == 0);
	*bytes = (size_t)st.st_size;
	memory = mmap(NULL, *bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	CHECK(memory != MAP_FAILED);
	close(fd);
	return memory;
}

static void tell(const struct iopmem_nvme_list *list, int is_prp)
{
	struct iopmem_sg_header header = { .version = IOPMEM_SG_VERSION, .header_bytes = 64 };

	memcpy(header.magic, IOPMEM_SG_MAGIC, sizeof(header.magic));
	header.record_bytes = is_prp ? 8 : 16;
	header.kind = is_prp ? IOPMEM_SG_NVME_PRP : IOPMEM_SG_NVME_SGL;
	CHECK(list->list_bytes % header.record_bytes == 0);
	header.record_count = list->list_bytes / header.record_bytes;
	header.transfer_bytes = list->transfer_bytes;
	memcpy(header.data_pointer, list->data_pointer, sizeof(header.data_pointer));
	CHECK(fwrite(&header, sizeof(header), 1, stdout) == 1);
	CHECK(fwrite(list->memory, 1, list->list_bytes, stdout) == list->list_bytes);
	CHECK(fflush(stdout) == 0);
}

int main(int argc, char **argv)
{
	struct iopmem_nvme_list list;
	struct iopmem_file *file;
	size_t at, bytes;
	uint8_t *memory;
	int is_prp;

	CHECK(argc == 9);
	is_prp = strcmp(argv[3], "prp") == 0;
	at = strtoull(argv[6], NULL, 0);
	file = leased(argv[2], argv[1]);
	memory = mapped(argv[4], &bytes);
	CHECK(at <= bytes);
	iopmem_nvme_list_init(&list);
	list.memory = memory + at;
	list.memory_bytes = bytes - at;
	list.address = strtoull(argv[5], NULL, 0) + at;
	CHECK((is_prp ? iopmem_file_nvme_prp : iopmem_file_nvme_sgl)(
		      file, strtoull(argv[7], NULL, 0), strtoull(argv[8], NULL, 0), NULL, &list) ==
	      IOPMEM_OK);
	/* What the CPU has gathered is there when this returns: iopmem(4). */
	CHECK(msync(memory, bytes, MS_SYNC) == 0);
	CHECK(iopmem_file_verify(file) == IOPMEM_OK);
	tell(&list, is_prp);
	CHECK(iopmem_file_close(file) == IOPMEM_OK);
	return 0;
}

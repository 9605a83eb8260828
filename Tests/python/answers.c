/* SPDX-License-Identifier: MIT */
/*
 * Stands for libiopmem where no machine at hand would give these answers: leases, dma-bufs, and
 * what no library of today answers. Tells on standard error what is opened and closed.
 */
#include <fcntl.h>
#include <stdio.h>

#include <iopmem.h>

#define HANDLE ((struct iopmem_file *)7)

static int is_open;

const char *iopmem_version(void)
{
	return "0.1.0";
}

const char *iopmem_error_message(void)
{
	return "what the library says";
}

int iopmem_error_number(void)
{
	return 0;
}

int iopmem_file_open(const char *path, const struct iopmem_options *options,
		     struct iopmem_file **file)
{
	is_open = 1;
	*file = HANDLE;
	fprintf(stderr, "open %s %#x %s %llx\n", path, options->flags,
		options->client ? options->client : "-", (unsigned long long)options->iova_base);
	return IOPMEM_OK;
}

int iopmem_file_open_fd(int fd, const struct iopmem_options *options, struct iopmem_file **file)
{
	(void)fd, (void)options, (void)file;
	return -99;
}

int iopmem_file_close(struct iopmem_file *file)
{
	if (file != HANDLE || !is_open)
		return IOPMEM_INVALID;
	is_open = 0;
	fprintf(stderr, "close\n");
	return IOPMEM_OK;
}

int iopmem_file_info(const struct iopmem_file *file, struct iopmem_info *info)
{
	(void)file;
	info->address_kind = 7;
	return IOPMEM_OK;
}

/* Two when it is asked for their number, and then one. */
int iopmem_file_segments(const struct iopmem_file *file, uint64_t offset, uint64_t length,
			 const struct iopmem_limits *limits, struct iopmem_segment *segments,
			 size_t *count)
{
	(void)file, (void)offset, (void)length, (void)limits;
	*count = segments ? 1 : 2;
	return IOPMEM_OK;
}

int iopmem_file_translate(const struct iopmem_file *file, uint64_t offset, uint64_t length,
			  uint64_t *address, uint64_t *contiguous)
{
	(void)file, (void)offset, (void)length, (void)address, (void)contiguous;
	return IOPMEM_CHANGED;
}

int iopmem_file_nvme_prp(const struct iopmem_file *file, uint64_t offset, uint64_t length,
			 const struct iopmem_limits *limits, struct iopmem_nvme_list *list)
{
	(void)file, (void)offset, (void)length, (void)limits, (void)list;
	return IOPMEM_REFUSED;
}

int iopmem_file_nvme_sgl(const struct iopmem_file *file, uint64_t offset, uint64_t length,
			 const struct iopmem_limits *limits, struct iopmem_nvme_list *list)
{
	return iopmem_file_nvme_prp(file, offset, length, limits, list);
}

int iopmem_file_verify(const struct iopmem_file *file)
{
	(void)file;
	return IOPMEM_UNKNOWN;
}

int iopmem_file_lease_fd(const struct iopmem_file *file)
{
	return file == HANDLE && is_open ? 0 : IOPMEM_INVALID;
}

#ifndef OLD
int iopmem_file_dmabuf(const struct iopmem_file *file, uint64_t offset, uint64_t length)
{
	(void)file;
	fprintf(stderr, "dmabuf %llu %llx\n", (unsigned long long)offset,
		(unsigned long long)length);
	return open("/dev/null", O_RDWR | O_CLOEXEC);
}
#endif

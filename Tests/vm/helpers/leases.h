/* SPDX-License-Identifier: MIT */
/* Leases and dma-bufs, as lease and buffer ask the driver for them. */
#ifndef LEASES_H
#define LEASES_H

#include "helper.h"

#include "uapi/iopmem.h"

static inline int take(int device, int file, struct iopmem_lease *lease)
{
	*lease = (struct iopmem_lease){ .size = sizeof(*lease), .file = file };
	return ioctl(device, IOPMEM_IOC_LEASE, lease);
}

/* The file's own descriptor is closed: the lease is what holds it. */
static inline int take_path(int device, const char *path, int flags, struct iopmem_lease *lease)
{
	int file = open_or_die(path, flags);
	int rc = take(device, file, lease);
	int error = errno;

	close(file);
	errno = error;
	return rc;
}

static inline int export_range(int lease, const char *offset, const char *length)
{
	struct iopmem_export_range range = { .size = sizeof(range),
					     .offset = number(offset),
					     .length = number(length) };

	return ioctl(lease, IOPMEM_IOC_EXPORT, &range) ? -1 : range.dmabuf;
}

#endif

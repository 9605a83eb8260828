// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a descriptor is, and where the memory behind it lies: of the device, a lease or a mapping.
 */
#include <linux/string.h>
#include <linux/uaccess.h>

#include "iopmem.h"

int iopmem_query(struct iopmem *iop, struct iopmem_query __user *arg, u32 flags, u64 inode,
		 const struct iopmem_map *map)
{
	struct iopmem_query req;

	if (get_user(req.size, &arg->size))
		return -EFAULT;
	if (req.size != sizeof(req))
		return -EINVAL;
	if (copy_from_user(&req, arg, sizeof(req)))
		return -EFAULT;
	if (req.flags || memchr_inv(req.reserved, 0, sizeof(req.reserved)) ||
	    memchr_inv(req.reserved2, 0, sizeof(req.reserved2)))
		return -EINVAL;

	memset(&req, 0, sizeof(req));
	req.size = sizeof(req);
	mutex_lock(&iop->lock);
	req.flags = flags | (iop->gone ? IOPMEM_QUERY_REVOKED : 0);
	req.leases = iop->nr_leases;
	req.maps = iop->nr_maps;
	mutex_unlock(&iop->lock);
	req.abi = IOPMEM_ABI;
	req.domain = iop->domain;
	req.bus = iop->bus;
	req.devfn = iop->devfn;
	req.bar = iop->bar;
	req.bus_address = iop->bus_address;
	req.cpu_address = iop->start;
	req.length = iop->length;
	req.data_offset = 0;
	req.inode = inode;
	if (map) {
		req.map_address = map->address;
		req.client_domain = map->domain;
		req.client_bus = map->bus;
		req.client_devfn = map->devfn;
	}
	return copy_to_user(arg, &req, sizeof(req)) ? -EFAULT : 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The IOMMU domain of a client: whose it is, and the BAR's place in it.
 */
#include <linux/dma-mapping.h>
#include <linux/iommu.h>
#include <linux/pci.h>

#include "iopmem.h"

bool iopmem_translates(struct iommu_domain *domain)
{
	return domain && (domain->type & __IOMMU_DOMAIN_DMA_API);
}

/* Is it one that somebody made and keeps for himself, in which an address of the kernel's is none? */
bool iopmem_is_private(struct iommu_domain *domain)
{
	return domain && !iopmem_translates(domain) && domain->type != IOMMU_DOMAIN_IDENTITY;
}

/*
 * Whether the driver of @dev, such as vfio-pci, takes the domain of its IOMMU group for itself.
 * The driver of ports says so too, but has no use for one. The module of a driver that was seen
 * under rcu_read_lock() stays until it is left.
 */
int iopmem_takes_domain(struct device *dev, void *unused)
{
	struct device_driver *driver;
	int takes = 0;

	if (!dev_is_pci(dev) || to_pci_dev(dev)->hdr_type != PCI_HEADER_TYPE_NORMAL)
		return 0;
	rcu_read_lock();
	driver = READ_ONCE(dev->driver);
	if (driver)
		takes = to_pci_driver(driver)->driver_managed_dma;
	rcu_read_unlock();
	return takes;
}

/*
 * A client that has a driver keeps the domain of its group from others. One that has none loses
 * it to a neighbour's driver. Under iop->lock: a driver that is not seen here yet ends the mapping.
 */
bool iopmem_group_is_taken(struct device *dev)
{
	struct iommu_group *group;
	bool taken;

	if (dev->driver)
		return false;
	group = iommu_group_get(dev);
	if (!group)
		return false;
	taken = iommu_group_for_each_dev(group, NULL, iopmem_takes_domain);
	iommu_group_put(group);
	return taken;
}

/* Can the function address all of the memory, if it begins here for it? */
bool iopmem_reaches(struct iopmem *iop, struct device *dev, u64 base)
{
	u64 last = base + iop->length - 1;

	return last >= base && last <= dma_get_mask(dev);
}

/*
 * A domain that flushes lazily may let the client through for some milliseconds after something is
 * unmapped, which is time enough for the blocks to become another file's.
 */
void iopmem_domain_flush(struct device *dev)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(dev);

	if (iopmem_translates(domain))
		iommu_flush_iotlb_all(domain);
}

void iopmem_domain_unmap(struct iopmem *iop, struct device *dev, dma_addr_t base)
{
	dma_unmap_resource(dev, base, iop->length, DMA_BIDIRECTIONAL, 0);
	iopmem_domain_flush(dev);
}

/*
 * The memory's place in the domain of the function, under its device lock. -ERANGE: the function
 * does not reach that far.
 */
int iopmem_domain_map(struct iopmem *iop, struct device *dev, dma_addr_t *base)
{
	/* Without translation the kernel would warn. */
	if (!iopmem_translates(iommu_get_domain_for_dev(dev)) &&
	    !iopmem_reaches(iop, dev, iop->start))
		return -ERANGE;
	*base = dma_map_resource(dev, iop->start, iop->length, DMA_BIDIRECTIONAL, 0);
	if (dma_mapping_error(dev, *base))
		return -EIO;
	if (!iopmem_reaches(iop, dev, *base)) {
		iopmem_domain_unmap(iop, dev, *base);
		return -ERANGE;
	}
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an importer of a dma-buf is given: the addresses at which its function finds the runs.
 */
#include "export.h"

#ifdef IOPMEM_EXPORTS

#include <linux/dma-buf-mapping.h>
#include <linux/dma-mapping.h>
#include <linux/iommu.h>
#include <linux/pci-p2pdma.h>
#include <linux/slab.h>

/*
 * Is there a way? The kernel remembers the answer for a pair of functions, also when access control
 * was switched meanwhile, but asking for the distance has it look again. And it warns of an importer
 * that does not reach as far as the CPU's addresses that it is sent to.
 */
static int iopmem_import_may_map(struct iopmem *iop, const struct iopmem_runs *runs,
				 struct device *dev)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(dev);
	u64 last = min_not_zero(dma_get_mask(dev), dev->bus_dma_limit);
	bool direct;
	size_t n;

	if (!dev_is_pci(dev) || pci_p2pdma_distance(iop->pdev, dev, false) < 0)
		return -EHOSTUNREACH;
	/* The kernel maps into the group's own domain, which need not be the one that counts. */
	if (iopmem_is_private(domain))
		return -EBUSY;
	if (iopmem_translates(domain) || iopmem_route(iop, to_pci_dev(dev), &direct) || direct)
		return 0;
	for (n = 0; n < runs->nr; n++)
		if (runs->run[n].paddr + runs->run[n].len - 1 > last)
			return -ERANGE;
	return 0;
}

/* Bus addresses it hands out without a look at how far the importer reaches. */
static bool iopmem_import_reaches(struct device *dev, struct sg_table *table)
{
	struct scatterlist *sg;
	int n;

	for_each_sgtable_dma_sg(table, sg, n)
		if (sg_dma_address(sg) + sg_dma_len(sg) - 1 > dma_get_mask(dev))
			return false;
	return true;
}

/*
 * What one importer is given: the kernel's mapping of each run, and all of them in one list. Each is
 * mapped by itself, as dma_buf_phys_vec_to_sgt() of 7.3 puts every run at the start of one range of an
 * IOMMU domain, and fails at the second.
 */
struct iopmem_import {
	struct sg_table all;
	unsigned int nents;
	size_t nr_parts;
	struct sg_table *parts[];
};

static void iopmem_import_free(struct dma_buf_attachment *attach, struct iopmem_import *import,
			       enum dma_data_direction dir)
{
	while (import->nr_parts) {
		struct sg_table *part = import->parts[--import->nr_parts];

		/* The kernel has set it to 0 for importers, and would free nothing by it. */
		part->orig_nents = part->nents;
		dma_buf_free_sgt(attach, part, dir);
		cond_resched();
	}
	iopmem_domain_flush(attach->dev);
	import->all.orig_nents = import->nents;
	sg_free_table(&import->all);
	kvfree(import);
}

/* The list of all parts: addresses alone, as in each of them. */
static int iopmem_import_join(struct iopmem_import *import)
{
	struct scatterlist *from, *to;
	unsigned int nents = 0;
	size_t part;
	int n, rc;

	for (part = 0; part < import->nr_parts; part++)
		if (check_add_overflow(nents, import->parts[part]->nents, &nents))
			return -E2BIG;
	rc = sg_alloc_table(&import->all, nents, GFP_KERNEL);
	if (rc)
		return rc;
	import->nents = nents;
	import->all.orig_nents = 0;
	to = import->all.sgl;
	for (part = 0; part < import->nr_parts; part++)
		for_each_sgtable_dma_sg(import->parts[part], from, n) {
			sg_set_page(to, NULL, 0, 0);
			sg_dma_address(to) = sg_dma_address(from);
			sg_dma_len(to) = sg_dma_len(from);
			to = sg_next(to);
		}
	return 0;
}

static struct iopmem_import *iopmem_import_make(struct dma_buf_attachment *attach,
						struct p2pdma_provider *provider,
						const struct iopmem_runs *runs,
						enum dma_data_direction dir)
{
	struct iopmem_import *import;
	int rc;

	import = kvzalloc(struct_size(import, parts, runs->nr), GFP_KERNEL);
	if (!import)
		return ERR_PTR(-ENOMEM);
	while (import->nr_parts < runs->nr) {
		struct phys_vec *run = &runs->run[import->nr_parts];
		struct sg_table *part;

		part = dma_buf_phys_vec_to_sgt(attach, provider, run, 1, run->len, dir);
		if (IS_ERR(part)) {
			rc = PTR_ERR(part);
			goto err;
		}
		import->parts[import->nr_parts++] = part;
		cond_resched();
	}
	rc = iopmem_import_join(import);
	if (!rc)
		return import;
err:
	iopmem_import_free(attach, import, dir);
	return ERR_PTR(rc);
}

/* Under the dma-buf's reservation lock. */
struct sg_table *iopmem_import_map(struct iopmem *iop, struct p2pdma_provider *provider,
				   const struct iopmem_runs *runs,
				   struct dma_buf_attachment *attach, enum dma_data_direction dir)
{
	struct iopmem_import *import;
	int rc;

	rc = iopmem_import_may_map(iop, runs, attach->dev);
	if (rc)
		return ERR_PTR(rc);
	import = iopmem_import_make(attach, provider, runs, dir);
	if (IS_ERR(import))
		return ERR_CAST(import);
	if (!iopmem_import_reaches(attach->dev, &import->all)) {
		iopmem_import_free(attach, import, dir);
		return ERR_PTR(-ERANGE);
	}
	return &import->all;
}

void iopmem_import_unmap(struct dma_buf_attachment *attach, struct sg_table *table,
			 enum dma_data_direction dir)
{
	iopmem_import_free(attach, container_of(table, struct iopmem_import, all), dir);
}

#endif

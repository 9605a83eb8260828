// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the BAR is to the CPU: of which memory type its pages are, in the kernel's mapping and in a
 * program's, and when what the CPU wrote has left it.
 */
#include <linux/io.h>
#include <linux/memremap.h>
#include <linux/module.h>
#include <linux/smp.h>

#include "iopmem.h"

static bool allow_cached;
module_param(allow_cached, bool, 0644);
MODULE_PARM_DESC(allow_cached, "Bind though the CPU may cache the BAR: for machines whose DMA to it "
			       "goes by the caches, and for trials");

static bool write_combining = true;
module_param(write_combining, bool, 0644);
MODULE_PARM_DESC(write_combining, "Have the CPU write to a prefetchable BAR in bursts, on x86");

const char *iopmem_memory_name(enum iopmem_memory type)
{
	switch (type) {
	case IOPMEM_UNCACHED:
		return "uncached";
	case IOPMEM_WRITE_COMBINING:
		return "write-combining";
	case IOPMEM_WRITE_BACK:
		return "write-back";
	default:
		return "unknown";
	}
}

/* What is not known to be otherwise may be. */
static bool iopmem_may_be_cached(enum iopmem_memory type)
{
	return type != IOPMEM_UNCACHED && type != IOPMEM_WRITE_COMBINING;
}

#ifdef CONFIG_X86

/* What the kernel's page tables say. Without PAT all is left to the MTRRs, which nobody here can read. */
static enum iopmem_memory iopmem_memory_at(const void *virt)
{
	unsigned int level;
	unsigned long bits;
	pgprot_t prot;
	pte_t *pte;

	if (!pat_enabled())
		return IOPMEM_UNKNOWN;
	pte = lookup_address((unsigned long)virt, &level);
	if (!pte || !(pte_val(*pte) & _PAGE_PRESENT))
		return IOPMEM_UNKNOWN;
	prot = __pgprot(pte_val(*pte));
	if (level != PG_LEVEL_4K)
		prot = pgprot_large_2_4k(prot);
	bits = pgprot_val(prot) & _PAGE_CACHE_MASK;
	if (bits == cachemode2protval(_PAGE_CACHE_MODE_WC))
		return IOPMEM_WRITE_COMBINING;
	if (bits == cachemode2protval(_PAGE_CACHE_MODE_UC_MINUS) ||
	    bits == cachemode2protval(_PAGE_CACHE_MODE_UC))
		return IOPMEM_UNCACHED;
	return bits == cachemode2protval(_PAGE_CACHE_MODE_WB) ? IOPMEM_WRITE_BACK : IOPMEM_UNKNOWN;
}

/*
 * What becomes of write-back, which pages are mapped as if nobody asks for more: the kernel makes it
 * uncached unless the MTRRs have the range cached. Where they do not, they also make uncached of a
 * program's page table that says write-back.
 */
static enum iopmem_memory iopmem_memory_by_default(struct iopmem *iop)
{
	void __iomem *probe = ioremap_cache(iop->start, iop->length);
	enum iopmem_memory type;

	if (!probe)
		return IOPMEM_UNKNOWN;
	type = iopmem_memory_at((const void __force *)probe);
	iounmap(probe);
	return type;
}

/* Reads of other memory than a prefetchable BAR may have effects, and its writes must come as they are. */
static bool iopmem_combines(struct iopmem *iop)
{
	return READ_ONCE(write_combining) && pat_enabled() &&
	       (pci_resource_flags(iop->pdev, iop->bar) & IORESOURCE_PREFETCH);
}

#else

static enum iopmem_memory iopmem_memory_at(const void *virt)
{
	return IOPMEM_UNKNOWN;
}

static enum iopmem_memory iopmem_memory_by_default(struct iopmem *iop)
{
	return IOPMEM_UNKNOWN;
}

static bool iopmem_combines(struct iopmem *iop)
{
	return false;
}

#endif

static int iopmem_refuse_cached(struct iopmem *iop)
{
	if (!READ_ONCE(allow_cached)) {
		pci_err(iop->pdev, "the CPU may cache the BAR here, and miss what others write to it: not bound (parameter allow_cached)\n");
		return -EOPNOTSUPP;
	}
	pci_warn(iop->pdev, "the CPU may cache the BAR, as allow_cached lets it\n");
	return 0;
}

static int iopmem_memory_pages(struct iopmem *iop)
{
	iop->pgmap.type = MEMORY_DEVICE_FS_DAX;
	iop->pgmap.range.start = iop->start;
	iop->pgmap.range.end = iop->start + iop->length - 1;
	iop->pgmap.nr_range = 1;
	iop->virt = memremap_pages(&iop->pgmap, dev_to_node(&iop->pdev->dev));
	if (!IS_ERR(iop->virt))
		return 0;
	pci_err(iop->pdev, "BAR %d cannot be given pages: %ld\n", iop->bar, PTR_ERR(iop->virt));
	return PTR_ERR(iop->virt);
}

/*
 * Gives the BAR its pages. The kernel maps them with the type that is reserved for them, and until 6.15
 * a program's as well; from then on what a program maps is write-back to its page tables, whatever is
 * reserved. The MTRRs make it uncached, or it must not be bound: a line in a cache would be written
 * over what was combined. Uncached beside combined is safe: neither is ever in a cache.
 */
int iopmem_memory_add(struct iopmem *iop)
{
	enum iopmem_memory type = iopmem_memory_by_default(iop);
	bool safe = !iopmem_may_be_cached(type);
	int rc;

	if (iopmem_combines(iop) && (safe || IOPMEM_DAX_FOLLOWS))
		iop->combining = !arch_io_reserve_memtype_wc(iop->start, iop->length);
	rc = safe || iop->combining ? 0 : iopmem_refuse_cached(iop);
	if (!rc)
		rc = iopmem_memory_pages(iop);
	if (rc)
		goto err_type;

	iop->memory = iopmem_memory_at(iop->virt);
	iop->mmap_memory = IOPMEM_DAX_FOLLOWS ? iop->memory : type;
	/* Somebody else may have had it mapped, and the kernel keeps to one type. */
	if ((safe || iop->combining) && iopmem_may_be_cached(iop->memory)) {
		rc = iopmem_refuse_cached(iop);
		if (rc)
			goto err_pages;
	}
	return 0;

err_pages:
	memunmap_pages(&iop->pgmap);
err_type:
	if (iop->combining)
		arch_io_free_memtype_wc(iop->start, iop->length);
	return rc;
}

void iopmem_memory_remove(struct iopmem *iop)
{
	memunmap_pages(&iop->pgmap);
	if (iop->combining)
		arch_io_free_memtype_wc(iop->start, iop->length);
}

static void iopmem_drain_one(void *unused)
{
	wmb();
}

/*
 * What was combined stays with the CPU that wrote it until that has a reason to let go of it. The
 * kernel's own writes are let go of as they are made; a program's are its own affair, but whoever
 * calls fsync(2) means those of all threads, and may have heard of them before they can be seen.
 */
void iopmem_drain(struct iopmem *iop)
{
	if (iop->memory == IOPMEM_WRITE_COMBINING)
		on_each_cpu(iopmem_drain_one, NULL, 1);
	/* Also before what is read next: a load from such memory need not wait for a store. */
	mb();
}

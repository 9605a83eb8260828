// SPDX-License-Identifier: GPL-2.0-only
/*
 * The DAX side: giving filesystems the pages of the BAR, and taking them back.
 */
#include <linux/dax.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pagemap.h>
#include <linux/sched/signal.h>

#include "iopmem.h"

static long iopmem_direct_access(struct dax_device *dax, pgoff_t pgoff, long nr_pages,
				 enum dax_access_mode mode, void **kaddr, iopmem_pfn_t *pfn)
{
	struct iopmem *iop = dax_get_private(dax);
	u64 pages = iop->length >> PAGE_SHIFT;
	u64 offset = PFN_PHYS((u64)pgoff);

	if (pgoff >= pages || nr_pages <= 0)
		return -ERANGE;
	if (!iopmem_usable(iop))
		return -EIO;
	if (kaddr)
		*kaddr = iop->virt + offset;
	if (pfn)
		*pfn = iopmem_pfn(iop->start + offset);
	return min_t(u64, nr_pages, pages - pgoff);
}

static int iopmem_zero_page_range(struct dax_device *dax, pgoff_t pgoff, size_t nr_pages)
{
	struct iopmem *iop = dax_get_private(dax);
	u64 pages = iop->length >> PAGE_SHIFT;
	int rc = 0;

	if (pgoff > pages || nr_pages > pages - pgoff)
		return -ERANGE;
	for (; nr_pages && !rc; pgoff++, nr_pages--)
		rc = iopmem_copy_to(iop, PFN_PHYS((u64)pgoff), page_address(ZERO_PAGE(0)),
				    PAGE_SIZE);
	return rc;
}

static const struct dax_operations iopmem_dax_ops = {
	.direct_access = iopmem_direct_access,
	.zero_page_range = iopmem_zero_page_range,
};

int iopmem_dax_add(struct iopmem *iop)
{
	struct dax_device *dax;
	int rc;

	dax = alloc_dax(iop, &iopmem_dax_ops);
	if (IS_ERR_OR_NULL(dax))
		return dax ? PTR_ERR(dax) : -EOPNOTSUPP;
	/* write(2) pushes its data past the caches, fsync what mmap left in them. */
	set_dax_nocache(dax);
	set_dax_nomc(dax);
	dax_write_cache(dax, true);
	rc = dax_add_host(dax, iop->disk);
	if (rc) {
		kill_dax(dax);
		put_dax(dax);
		return rc;
	}
	iop->dax = dax;
	return 0;
}

/* The filesystems that can be mounted with DAX from a block device; ext3 is a type of ext4's. */
static const char *const iopmem_filesystems[] = { "erofs", "ext2", "ext3", "ext4", "xfs" };

static void iopmem_for_each_super(struct iopmem *iop, void (*fn)(struct super_block *, void *))
{
	int i;

	/* Asking for a type loads its module: not for a disk that nothing can be mounted from. */
	if (!disk_openers(iop->disk))
		return;
	for (i = 0; i < ARRAY_SIZE(iopmem_filesystems); i++) {
		struct file_system_type *type = get_fs_type(iopmem_filesystems[i]);

		if (!type)
			continue;
		iterate_supers_type(type, fn, iop);
		module_put(type->owner);
	}
}

static bool iopmem_is_super_of(struct super_block *sb, struct iopmem *iop)
{
	return sb->s_bdev && sb->s_bdev->bd_disk == iop->disk;
}

static void iopmem_sync_super(struct super_block *sb, void *arg)
{
	if (iopmem_is_super_of(sb, arg))
		sync_filesystem(sb);
}

void iopmem_dax_sync(struct iopmem *iop)
{
	iopmem_for_each_super(iop, iopmem_sync_super);
	if (iopmem_flush(iop))
		pci_warn(iop->pdev, "%s: the last writes did not arrive\n", iop->disk->disk_name);
}

/* Call @fn for every inode of @sb that has DAX pages, without s_inode_list_lock. */
static void iopmem_for_each_dax_inode(struct super_block *sb, void (*fn)(struct inode *inode))
{
	struct inode *inode, *held = NULL;

	spin_lock(&sb->s_inode_list_lock);
	list_for_each_entry(inode, &sb->s_inodes, i_sb_list) {
		if (!dax_mapping(inode->i_mapping) || !igrab(inode))
			continue;
		spin_unlock(&sb->s_inode_list_lock);
		/* Only now: the reference on the last one kept our place in the list. */
		iput(held);
		held = inode;
		fn(inode);
		cond_resched();
		spin_lock(&sb->s_inode_list_lock);
	}
	spin_unlock(&sb->s_inode_list_lock);
	iput(held);
}

/*
 * Page tables that still showed the BAR would show whatever gets its addresses next. A fault
 * holds the invalidate lock shared from before it asks the DAX device, which is dead by now,
 * until its entry is in: taking it here waits for the last that got through.
 */
static void iopmem_unmap_inode(struct inode *inode)
{
	filemap_invalidate_lock(inode->i_mapping);
	unmap_mapping_range(inode->i_mapping, 0, 0, 1);
	filemap_invalidate_unlock(inode->i_mapping);
}

static void iopmem_unmap_super(struct super_block *sb, void *arg)
{
	if (iopmem_is_super_of(sb, arg))
		iopmem_for_each_dax_inode(sb, iopmem_unmap_inode);
}

/* Entries left in the mapping would have the filesystem look up struct pages that are gone. */
static void iopmem_drop_inode(struct inode *inode)
{
	filemap_invalidate_lock(inode->i_mapping);
	iopmem_drop_pages(inode);
	filemap_invalidate_unlock(inode->i_mapping);
}

static void iopmem_drop_super(struct super_block *sb, void *arg)
{
	if (iopmem_is_super_of(sb, arg))
		iopmem_for_each_dax_inode(sb, iopmem_drop_inode);
}

/* The inode whose page it is; 0 if none is known. Inodes are freed after a grace period. */
static unsigned long iopmem_inode_of(struct page *page)
{
	struct address_space *mapping;
	struct inode *inode = NULL;
	unsigned long number = 0;

	rcu_read_lock();
	mapping = iopmem_page_mapping(page);
	if (mapping)
		inode = READ_ONCE(mapping->host);
	if (inode)
		number = inode->i_ino;
	rcu_read_unlock();
	return number;
}

/* Returns false if it was ended by a kill. */
static bool iopmem_wait_for_pages(struct iopmem *iop, bool (*busy)(struct page *page),
				  const char *what, bool killable)
{
	unsigned long pfn = PHYS_PFN(iop->start);
	unsigned long end = pfn + (iop->length >> PAGE_SHIFT);
	unsigned long waited = 0;

	while (pfn < end) {
		struct page *page = pfn_to_page(pfn);

		if (busy(page)) {
			if (killable && fatal_signal_pending(current))
				return false;
			if (waited++ % 1000 == 100)
				pci_warn(iop->pdev, "%s: the page at %#llx, inode %lu, is still %s\n",
					 iop->disk->disk_name, (u64)PFN_PHYS(pfn) - iop->start,
					 iopmem_inode_of(page), what);
			if (killable)
				schedule_timeout_killable(msecs_to_jiffies(20));
			else
				msleep(20);
			continue;
		}
		pfn++;
		if (!(pfn & 0xffff))
			cond_resched();
	}
	return true;
}

/*
 * Pages are pinned while a local device does direct I/O to a mapped file, and while they are in a
 * pipe. Such I/O ends, if only by a timeout of that device, and its end touches the struct page.
 */
static bool iopmem_page_pinned(struct page *page)
{
	return page_ref_count(page) > IOPMEM_IDLE_PAGE;
}

static bool iopmem_wait_for_pins(struct iopmem *iop, bool killable)
{
	return iopmem_wait_for_pages(iop, iopmem_page_pinned, "in use by direct I/O or a pipe",
				     killable);
}

static void iopmem_shut_super(struct super_block *sb, void *arg)
{
	if (iopmem_is_super_of(sb, arg))
		iopmem_shut_down(sb);
}

/*
 * On return nobody has the memory mapped, and nobody can begin to use it. Filesystems are shut down
 * before they hear of the end: xfs with reverse mapping else looks for who has each page of each file,
 * and on newer kernels counts 2^32 pages of most.
 */
void iopmem_dax_close(struct iopmem *iop)
{
	iopmem_for_each_super(iop, iopmem_shut_super);
	/* From here on every new fault and every DAX read or write fails. */
	kill_dax(iop->dax);
	iopmem_for_each_super(iop, iopmem_unmap_super);
}

/* Waits until nobody uses the memory; returns false if the caller was killed before. */
bool iopmem_dax_wait(struct iopmem *iop)
{
	return iopmem_wait_for_pins(iop, true);
}

/* After the disk was removed: on return no filesystem knows a page of the memory. */
void iopmem_dax_evict(struct iopmem *iop)
{
	iopmem_wait_for_pins(iop, false);
	iopmem_for_each_super(iop, iopmem_drop_super);
	/* An inode that is being evicted is in no list any more, but its pages still know it. */
	iopmem_wait_for_pages(iop, iopmem_page_in_file, "part of a file", false);
	/* Whoever took the last page out of its file did so with interrupts off. */
	synchronize_rcu();
}

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between the kernels this driver builds on, from 6.1, and nothing else.
 */
#ifndef IOPMEM_COMPAT_H
#define IOPMEM_COMPAT_H

#include <linux/blkdev.h>
#include <linux/blk-mq.h>
#include <linux/dax.h>
#include <linux/fileattr.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
#define IOPMEM_IMPORT_NS_DAX MODULE_IMPORT_NS("DAX")
#else
#define IOPMEM_IMPORT_NS_DAX MODULE_IMPORT_NS(DAX)
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
typedef fmode_t blk_mode_t;
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 17, 0)
typedef unsigned long iopmem_pfn_t;
#define iopmem_pfn(phys) PHYS_PFN(phys)
#define iopmem_fileattr file_kattr
#else
#include <linux/pfn_t.h>
typedef pfn_t iopmem_pfn_t;
#define iopmem_pfn(phys) phys_to_pfn_t(phys, PFN_DEV | PFN_MAP)
#define iopmem_fileattr fileattr
#endif

/* The reference count of a DAX page that nobody uses. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
#define IOPMEM_IDLE_PAGE 0
#else
#define IOPMEM_IDLE_PAGE 1
#endif

/* Is a DAX page mapped for a program with the memory type that is reserved for it? */
#define IOPMEM_DAX_FOLLOWS (LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0))

/*
 * dma_buf_attach_revocable() came with 7.1: without it no importer of a dma-buf can be made to let go.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 1, 0) && IS_ENABLED(CONFIG_PCI_P2PDMA) && \
	IS_ENABLED(CONFIG_DMA_SHARED_BUFFER)
#define IOPMEM_EXPORTS
#endif

static inline struct gendisk *iopmem_alloc_disk(int node)
{
	struct gendisk *disk;
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 9, 0)
	struct queue_limits lim = {
		.logical_block_size = SECTOR_SIZE,
		.physical_block_size = PAGE_SIZE,
		.max_hw_sectors = UINT_MAX,
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
		.features = BLK_FEAT_DAX | BLK_FEAT_WRITE_CACHE | BLK_FEAT_FUA,
#endif
	};

	disk = blk_alloc_disk(&lim, node);
	if (IS_ERR(disk))
		return disk;
#else
	disk = blk_alloc_disk(node);
	if (!disk)
		return ERR_PTR(-ENOMEM);
	blk_queue_logical_block_size(disk->queue, SECTOR_SIZE);
	blk_queue_physical_block_size(disk->queue, PAGE_SIZE);
	blk_queue_max_hw_sectors(disk->queue, UINT_MAX);
#endif
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 11, 0)
	blk_queue_flag_set(QUEUE_FLAG_NONROT, disk->queue);
	blk_queue_flag_set(QUEUE_FLAG_DAX, disk->queue);
	blk_queue_write_cache(disk->queue, true, true);
#endif
	return disk;
}

/*
 * Is the page part of a DAX file? One that clones share has a mapping of 1. Before 6.2 their count
 * went to 0 with the last clone, but the mark stayed. From 6.15 it has no mapping but a count, in
 * the place of the index, which stays where it was when a page has left its file: such pages are
 * not told from shared ones. Nor has a tail page a mapping of its own there.
 */
static inline bool iopmem_page_in_file(struct page *page)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
	return READ_ONCE(page_folio(page)->mapping) != NULL;
#else
	unsigned long mapping = (unsigned long)READ_ONCE(page->mapping);

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
	if (mapping == 1)
		return READ_ONCE(page->index) != 0;
#endif
	return mapping != 0;
#endif
}

/* The file that the page belongs to, if that can be told: of clones' pages it cannot. */
static inline struct address_space *iopmem_page_mapping(struct page *page)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
	struct address_space *mapping = READ_ONCE(page_folio(page)->mapping);
#else
	struct address_space *mapping = READ_ONCE(page->mapping);
#endif
	return (unsigned long)mapping > PAGE_SIZE ? mapping : NULL;
}

/* Before 6.5 a filesystem cannot be told that its device goes. */
static inline void iopmem_shut_down(struct super_block *sb)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
	if (sb->s_op->shutdown)
		sb->s_op->shutdown(sb);
#endif
}

/* From 6.15 truncating warns of every DAX entry that it meets. */
static inline void iopmem_drop_pages(struct inode *inode)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
	dax_break_layout_final(inode);
#else
	truncate_inode_pages(inode->i_mapping, 0);
#endif
}

/*
 * Hold back new block I/O and wait for what is under way. Whoever wakes the machine need not be who
 * put it to sleep: from 6.13 lockdep minds, and from 6.14 the task that freezes is marked.
 */
static inline void iopmem_freeze_queue(struct request_queue *q)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	blk_freeze_queue_start_non_owner(q);
	blk_mq_freeze_queue_wait(q);
#else
	blk_mq_freeze_queue(q);
#endif
}

static inline void iopmem_unfreeze_queue(struct request_queue *q)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	blk_mq_unfreeze_queue_non_owner(q);
#else
	blk_mq_unfreeze_queue(q);
#endif
}

#endif

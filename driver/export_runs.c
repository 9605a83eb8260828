// SPDX-License-Identifier: GPL-2.0-only
/*
 * The runs of memory that a range of a file lies in, found by the kernel itself.
 */
#include "export.h"

#ifdef IOPMEM_EXPORTS

#include <linux/fs.h>
#include <linux/magic.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/unaligned.h>

#define IOPMEM_PAGES_AT_ONCE 512

static int iopmem_runs_add(struct iopmem_runs *runs, phys_addr_t at, size_t len)
{
	struct phys_vec *last = runs->nr ? &runs->run[runs->nr - 1] : NULL;

	if (last && last->paddr + last->len == at) {
		last->len += len;
		return 0;
	}
	if (runs->nr == runs->room) {
		size_t room = runs->room ? 2 * runs->room : 16;
		struct phys_vec *run;

		/* There is a most that is allocated at once, beyond which the kernel would warn. */
		run = kvrealloc(runs->run, array_size(room, sizeof(*run)),
				GFP_KERNEL_ACCOUNT | __GFP_NOWARN);
		if (!run)
			return -ENOMEM;
		runs->run = run;
		runs->room = room;
	}
	runs->run[runs->nr++] = (struct phys_vec){ .paddr = at, .len = len };
	return 0;
}

/*
 * The page must be one of the memory, and this page of this file: the caller's other threads can map
 * what they like meanwhile. A hole, and an extent that was never written, is a page of zeros elsewhere;
 * a page that files share belongs to none of them.
 */
static int iopmem_runs_add_page(struct iopmem_runs *runs, struct iopmem *iop, struct inode *inode,
				pgoff_t index, struct page *page)
{
	phys_addr_t at = page_to_phys(page);
	struct folio *folio = page_folio(page);

	if (at < iop->start || at - iop->start > iop->length - PAGE_SIZE)
		return -ENODATA;
	if (READ_ONCE(folio->mapping) != inode->i_mapping ||
	    READ_ONCE(folio->index) + folio_page_idx(folio, page) != index)
		return -ESTALE;
	return iopmem_runs_add(runs, at, PAGE_SIZE);
}

/* A part of the range, through a mapping of the caller's, with room for so many pages. */
static int iopmem_runs_find_mapped(struct iopmem_runs *runs, struct iopmem *iop, struct file *file,
				   u64 offset, size_t length, struct page **pages)
{
	size_t done = 0;
	unsigned long start;
	int rc = 0;

	/* Only read from: a write would give blocks to a hole. */
	start = vm_mmap(file, 0, length, PROT_READ, MAP_SHARED, offset);
	if (IS_ERR_VALUE(start))
		return (int)start;
	while (!rc && done < length) {
		int want = min_t(size_t, (length - done) >> PAGE_SHIFT, IOPMEM_PAGES_AT_ONCE);
		int got = pin_user_pages_fast(start + done, want, 0, pages);
		int n;

		if (got <= 0) {
			rc = got ? got : -EFAULT;
			break;
		}
		for (n = 0; n < got && !rc; n++, done += PAGE_SIZE)
			rc = iopmem_runs_add_page(runs, iop, file_inode(file),
						  (offset + done) >> PAGE_SHIFT, pages[n]);
		unpin_user_pages(pages, got);
		if (fatal_signal_pending(current))
			rc = -EINTR;
		cond_resched();
	}
	vm_munmap(start, length);
	return rc;
}

/*
 * Finds the runs of a range of a file whose layout is held: once they are found the pages need not be.
 * What is in @runs is the caller's to free, whatever the answer.
 */
int iopmem_runs_find(struct iopmem_runs *runs, struct iopmem *iop, struct file *file, u64 offset,
		     size_t length)
{
	const size_t most = SZ_1G;
	struct page **pages;
	int rc = 0;

	pages = kmalloc_array(IOPMEM_PAGES_AT_ONCE, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return -ENOMEM;
	while (!rc && length) {
		size_t part = min(length, most);

		rc = iopmem_runs_find_mapped(runs, iop, file, offset, part, pages);
		offset += part;
		length -= part;
	}
	kfree(pages);
	return rc;
}

/*
 * Can files there share blocks? Then a page that is this file's alone as far as the kernel has seen
 * may be another's too. The superblock tells, at the start of the block device, which is this memory
 * (xfs_sb: sb_versionnum at 100, sb_features_ro_compat at 212; fs/xfs/libxfs/xfs_format.h).
 */
bool iopmem_may_share(struct iopmem *iop, struct inode *inode)
{
	const u16 version_of_features = 5;
	const u32 reflink = 1 << 2;
	struct super_block *sb = inode->i_sb;
	bool may = true;
	u8 *found;

	if (sb->s_magic == EXT4_SUPER_MAGIC)
		return false;
	/* Unbinding says so before it unmaps the memory. */
	mutex_lock(&iop->lock);
	if (!iop->gone) {
		found = iop->virt + (get_start_sect(sb->s_bdev) << SECTOR_SHIFT);
		may = (get_unaligned_be16(found + 100) & 0xf) >= version_of_features &&
		      get_unaligned_be32(found + 212) & reflink;
	}
	mutex_unlock(&iop->lock);
	return may;
}

#endif

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exports: a part of a leased file as a dma-buf, for the drivers of its peers.
 *
 * An importer gets no address from user space: the kernel works out, for each, the way to the memory,
 * and refuses where there is none. A dma-buf holds the lease, so the blocks stay where they are until
 * its last importer has let go; the importers are told to let go when the memory goes first.
 */
#include <linux/capability.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "iopmem.h"

/* dma_buf_attach_revocable() came with 7.1: without it no importer can be made to let go. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 1, 0) && IS_ENABLED(CONFIG_PCI_P2PDMA) && \
	IS_ENABLED(CONFIG_DMA_SHARED_BUFFER)

#include <linux/dma-buf.h>
#include <linux/dma-buf-mapping.h>
#include <linux/dma-resv.h>
#include <linux/iommu.h>
#include <linux/magic.h>
#include <linux/mman.h>
#include <linux/pci-p2pdma.h>
#include <linux/sched/signal.h>
#include <linux/unaligned.h>

MODULE_IMPORT_NS("DMA_BUF");

#define IOPMEM_PAGES_AT_ONCE 512

/*
 * One dma-buf. @runs are where its bytes lie, as the CPU sees them. @usable and @mapped are under the
 * dma-buf's reservation lock, @list under iop->lock.
 */
struct iopmem_export {
	struct iopmem *iop;
	struct dma_buf *dmabuf;
	struct file *lease;
	struct p2pdma_provider *provider;
	struct phys_vec *runs;
	size_t nr_runs;
	size_t room;
	bool usable;
	unsigned int mapped;
	wait_queue_head_t idle;
	struct list_head list;
};

int iopmem_export_init(struct iopmem *iop)
{
	int rc = pcim_p2pdma_init(iop->pdev);

	return rc == -EOPNOTSUPP ? 0 : rc;
}

static int iopmem_export_add_run(struct iopmem_export *export, phys_addr_t at, size_t len)
{
	struct phys_vec *last = export->nr_runs ? &export->runs[export->nr_runs - 1] : NULL;
	size_t room = export->room;

	if (last && last->paddr + last->len == at) {
		last->len += len;
		return 0;
	}
	if (export->nr_runs == room) {
		struct phys_vec *runs;

		room = room ? 2 * room : 16;
		runs = kvrealloc(export->runs, array_size(room, sizeof(*runs)),
				 GFP_KERNEL_ACCOUNT);
		if (!runs)
			return -ENOMEM;
		export->runs = runs;
		export->room = room;
	}
	export->runs[export->nr_runs++] = (struct phys_vec){ .paddr = at, .len = len };
	return 0;
}

/*
 * The page must be one of the memory, and this page of this file: the caller's other threads can map
 * what they like meanwhile. A hole, and an extent that was never written, is a page of zeros elsewhere;
 * a page that files share belongs to none of them.
 */
static int iopmem_export_add_page(struct iopmem_export *export, struct inode *inode, pgoff_t index,
				  struct page *page)
{
	struct iopmem *iop = export->iop;
	phys_addr_t at = page_to_phys(page);
	struct folio *folio = page_folio(page);

	if (at < iop->start || at - iop->start > iop->length - PAGE_SIZE)
		return -ENODATA;
	if (READ_ONCE(folio->mapping) != inode->i_mapping ||
	    READ_ONCE(folio->index) + folio_page_idx(folio, page) != index)
		return -ESTALE;
	return iopmem_export_add_run(export, at, PAGE_SIZE);
}

/* The layout is held: once the pages are found they need not be, and stay the file's. */
static int iopmem_export_find(struct iopmem_export *export, struct file *file, u64 offset,
			      size_t length)
{
	size_t done = 0;
	unsigned long start;
	struct page **pages;
	int rc = 0;

	pages = kmalloc_array(IOPMEM_PAGES_AT_ONCE, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return -ENOMEM;
	/* Only read from: a write would give blocks to a hole. */
	start = vm_mmap(file, 0, length, PROT_READ, MAP_SHARED, offset);
	if (IS_ERR_VALUE(start)) {
		rc = (int)start;
		goto out;
	}
	while (!rc && done < length) {
		int want = min_t(size_t, (length - done) >> PAGE_SHIFT, IOPMEM_PAGES_AT_ONCE);
		int got = pin_user_pages_fast(start + done, want, 0, pages);
		int n;

		if (got <= 0) {
			rc = got ? got : -EFAULT;
			break;
		}
		for (n = 0; n < got && !rc; n++, done += PAGE_SIZE)
			rc = iopmem_export_add_page(export, file_inode(file),
						    (offset + done) >> PAGE_SHIFT, pages[n]);
		unpin_user_pages(pages, got);
		if (fatal_signal_pending(current))
			rc = -EINTR;
		cond_resched();
	}
	vm_munmap(start, length);
out:
	kfree(pages);
	return rc;
}

/*
 * Can files there share blocks? Then a page that is this file's alone as far as the kernel has seen
 * may be another's too. The superblock tells, at the start of the block device, which is this memory
 * (xfs_sb: sb_versionnum at 100, sb_features_ro_compat at 212; fs/xfs/libxfs/xfs_format.h).
 */
static bool iopmem_may_share(struct iopmem *iop, struct inode *inode)
{
	const u16 version_of_features = 5;
	const u32 reflink = 1 << 2;
	struct super_block *sb = inode->i_sb;
	u8 *found;

	if (sb->s_magic == EXT4_SUPER_MAGIC)
		return false;
	found = iop->virt + (get_start_sect(sb->s_bdev) << SECTOR_SHIFT);
	if ((get_unaligned_be16(found + 100) & 0xf) < version_of_features)
		return false;
	return get_unaligned_be32(found + 212) & reflink;
}

static int iopmem_export_attach(struct dma_buf *dmabuf, struct dma_buf_attachment *attach)
{
	return attach->peer2peer && dma_buf_attach_revocable(attach) ? 0 : -EOPNOTSUPP;
}

/* Who cannot be made to let go asks for this. */
static int iopmem_export_pin(struct dma_buf_attachment *attach)
{
	return -EOPNOTSUPP;
}

/* A dma-buf has both or none. */
static void iopmem_export_unpin(struct dma_buf_attachment *attach)
{
}

/* The kernel warns of an importer that does not reach where it is sent by the CPU's addresses. */
static bool iopmem_export_may_map(struct iopmem_export *export, struct device *dev)
{
	bool direct;
	size_t n;

	if (!dev_is_pci(dev) || iopmem_translates(iommu_get_domain_for_dev(dev)) ||
	    iopmem_route(export->iop, to_pci_dev(dev), &direct) || direct)
		return true;
	for (n = 0; n < export->nr_runs; n++)
		if (export->runs[n].paddr + export->runs[n].len - 1 > dma_get_mask(dev))
			return false;
	return true;
}

/* Nor does it look whether the importer reaches so far by the bus. */
static bool iopmem_export_reaches(struct device *dev, struct sg_table *table)
{
	struct scatterlist *sg;
	int n;

	for_each_sgtable_dma_sg(table, sg, n)
		if (sg_dma_address(sg) + sg_dma_len(sg) - 1 > dma_get_mask(dev))
			return false;
	return true;
}

static struct sg_table *iopmem_export_map(struct dma_buf_attachment *attach,
					  enum dma_data_direction dir)
{
	struct iopmem_export *export = attach->dmabuf->priv;
	struct sg_table *table;

	dma_resv_assert_held(attach->dmabuf->resv);
	if (!export->usable)
		return ERR_PTR(-ENODEV);
	if (!iopmem_export_may_map(export, attach->dev))
		return ERR_PTR(-ERANGE);
	table = dma_buf_phys_vec_to_sgt(attach, export->provider, export->runs, export->nr_runs,
					attach->dmabuf->size, dir);
	if (IS_ERR(table))
		return table;
	if (!iopmem_export_reaches(attach->dev, table)) {
		dma_buf_free_sgt(attach, table, dir);
		return ERR_PTR(-ERANGE);
	}
	export->mapped++;
	return table;
}

static void iopmem_export_unmap(struct dma_buf_attachment *attach, struct sg_table *table,
				enum dma_data_direction dir)
{
	struct iopmem_export *export = attach->dmabuf->priv;

	dma_resv_assert_held(attach->dmabuf->resv);
	dma_buf_free_sgt(attach, table, dir);
	if (!--export->mapped)
		wake_up_all(&export->idle);
}

static void iopmem_export_free(struct iopmem_export *export)
{
	struct iopmem *iop = export->iop;

	mutex_lock(&iop->lock);
	list_del(&export->list);
	mutex_unlock(&iop->lock);
	fput(export->lease);
	kvfree(export->runs);
	kfree(export);
	iopmem_put(iop);
}

static void iopmem_export_release(struct dma_buf *dmabuf)
{
	iopmem_export_free(dmabuf->priv);
}

static const struct dma_buf_ops iopmem_export_ops = {
	.attach = iopmem_export_attach,
	.pin = iopmem_export_pin,
	.unpin = iopmem_export_unpin,
	.map_dma_buf = iopmem_export_map,
	.unmap_dma_buf = iopmem_export_unmap,
	.release = iopmem_export_release,
};

/* The next one that is to change, with a reference; those without importers go by themselves. */
static struct iopmem_export *iopmem_export_next(struct iopmem *iop, bool usable)
{
	struct iopmem_export *export;

	mutex_lock(&iop->lock);
	list_for_each_entry(export, &iop->exports, list) {
		if (READ_ONCE(export->usable) == usable || !get_file_active(&export->dmabuf->file))
			continue;
		mutex_unlock(&iop->lock);
		return export;
	}
	mutex_unlock(&iop->lock);
	return NULL;
}

/*
 * Importers let go of their mappings, and get none until they are allowed again. Returns when the
 * last of them has: from then on none of them reaches the memory. iop->lock is not held meanwhile,
 * as an importer that is being unbound waits for it.
 */
void iopmem_export_allow(struct iopmem *iop, bool usable)
{
	struct iopmem_export *export;

	mutex_lock(&iop->lock);
	iop->exports_usable = usable;
	mutex_unlock(&iop->lock);
	while ((export = iopmem_export_next(iop, usable)) != NULL) {
		struct dma_resv *resv = export->dmabuf->resv;

		dma_resv_lock(resv, NULL);
		WRITE_ONCE(export->usable, usable);
		dma_buf_invalidate_mappings(export->dmabuf);
		dma_resv_wait_timeout(resv, DMA_RESV_USAGE_BOOKKEEP, false, MAX_SCHEDULE_TIMEOUT);
		dma_resv_unlock(resv);
		if (!usable)
			wait_event(export->idle, !READ_ONCE(export->mapped));
		dma_buf_put(export->dmabuf);
	}
}

static struct iopmem_export *iopmem_export_new(struct iopmem *iop, struct file *lease)
{
	struct iopmem_export *export = kzalloc(sizeof(*export), GFP_KERNEL);

	if (!export)
		return NULL;
	init_waitqueue_head(&export->idle);
	INIT_LIST_HEAD(&export->list);
	export->lease = get_file(lease);
	export->iop = iop;
	iopmem_get(iop);
	return export;
}

/* From here on the dma-buf's end frees @export. */
static int iopmem_export_make(struct iopmem *iop, struct iopmem_export *export, size_t size)
{
	DEFINE_DMA_BUF_EXPORT_INFO(info);
	struct dma_buf *dmabuf;
	int rc = 0;

	info.exp_name = IOPMEM_NAME;
	info.ops = &iopmem_export_ops;
	info.size = size;
	info.flags = O_RDWR | O_CLOEXEC;
	info.priv = export;
	dmabuf = dma_buf_export(&info);
	if (IS_ERR(dmabuf)) {
		iopmem_export_free(export);
		return PTR_ERR(dmabuf);
	}
	export->dmabuf = dmabuf;
	mutex_lock(&iop->lock);
	if (iop->gone) {
		rc = -ENODEV;
	} else {
		export->provider = pcim_p2pdma_provider(iop->pdev, iop->bar);
		export->usable = iop->exports_usable;
		list_add_tail(&export->list, &iop->exports);
		rc = export->provider ? 0 : -EOPNOTSUPP;
	}
	mutex_unlock(&iop->lock);
	if (rc)
		dma_buf_put(dmabuf);
	return rc;
}

static int iopmem_export_range(struct iopmem *iop, struct iopmem_export_range *req,
			       struct iopmem_export_range __user *arg, struct file *lease,
			       struct file *file)
{
	struct iopmem_export *export;
	int fd, rc;

	if (iopmem_may_share(iop, file_inode(file)))
		return -EOPNOTSUPP;
	export = iopmem_export_new(iop, lease);
	if (!export)
		return -ENOMEM;
	rc = iopmem_export_find(export, file, req->offset, req->length);
	if (rc) {
		iopmem_export_free(export);
		return rc;
	}
	rc = iopmem_export_make(iop, export, req->length);
	if (rc)
		return rc;
	fd = get_unused_fd_flags(O_CLOEXEC);
	if (fd < 0) {
		rc = fd;
		goto err_dmabuf;
	}
	req->dmabuf = fd;
	if (copy_to_user(arg, req, sizeof(*req))) {
		put_unused_fd(fd);
		rc = -EFAULT;
		goto err_dmabuf;
	}
	dma_buf_fd_install(export->dmabuf, fd);
	return 0;

err_dmabuf:
	dma_buf_put(export->dmabuf);
	return rc;
}

#else

int iopmem_export_init(struct iopmem *iop)
{
	return 0;
}

void iopmem_export_allow(struct iopmem *iop, bool usable)
{
}

static int iopmem_export_range(struct iopmem *iop, struct iopmem_export_range *req,
			       struct iopmem_export_range __user *arg, struct file *lease,
			       struct file *file)
{
	return -EOPNOTSUPP;
}

#endif

int iopmem_export(struct iopmem *iop, struct iopmem_export_range __user *arg, struct file *lease,
		  struct file *file)
{
	struct iopmem_export_range req;
	u64 end;

	if (!capable(CAP_SYS_RAWIO))
		return -EPERM;
	if (copy_from_user(&req, arg, sizeof(req)))
		return -EFAULT;
	if (req.size != sizeof(req) || req.flags || req.reserved || !req.length ||
	    !PAGE_ALIGNED(req.offset | req.length) ||
	    check_add_overflow(req.offset, req.length, &end) || req.length != (size_t)req.length)
		return -EINVAL;
	if (end > i_size_read(file_inode(file)))
		return -ENODATA;
	return iopmem_export_range(iop, &req, arg, lease, file);
}

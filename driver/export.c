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

#include "export.h"

#ifdef IOPMEM_EXPORTS

#include <linux/dma-resv.h>
#include <linux/module.h>
#include <linux/pci-p2pdma.h>

MODULE_IMPORT_NS("DMA_BUF");

/*
 * One dma-buf. @usable and @mapped are under its reservation lock, @list and @users, who keep it from
 * being freed, under iop->lock.
 */
struct iopmem_export {
	struct iopmem *iop;
	struct dma_buf *dmabuf;
	struct file *lease;
	struct p2pdma_provider *provider;
	struct iopmem_runs runs;
	bool usable;
	unsigned int mapped;
	unsigned int users;
	wait_queue_head_t idle;
	struct list_head list;
};

int iopmem_export_init(struct iopmem *iop)
{
	int rc = pcim_p2pdma_init(iop->pdev);

	return rc == -EOPNOTSUPP ? 0 : rc;
}

/* For as long as the function is bound. */
bool iopmem_can_export(struct iopmem *iop)
{
	return pcim_p2pdma_provider(iop->pdev, iop->bar) != NULL;
}

static int iopmem_export_attach(struct dma_buf *dmabuf, struct dma_buf_attachment *attach)
{
	return attach->peer2peer && dma_buf_attach_revocable(attach) ? 0 : -EOPNOTSUPP;
}

/* Who pins counts on keeping it; what is taken back for a reset and given again would not be kept. */
static int iopmem_export_pin(struct dma_buf_attachment *attach)
{
	return -EOPNOTSUPP;
}

/* A dma-buf has both or none. */
static void iopmem_export_unpin(struct dma_buf_attachment *attach)
{
}

static struct sg_table *iopmem_export_map(struct dma_buf_attachment *attach,
					  enum dma_data_direction dir)
{
	struct iopmem_export *export = attach->dmabuf->priv;
	struct sg_table *table;

	dma_resv_assert_held(attach->dmabuf->resv);
	if (!export->usable)
		return ERR_PTR(-ENODEV);
	table = iopmem_import_map(export->iop, export->provider, &export->runs, attach, dir);
	if (!IS_ERR(table))
		export->mapped++;
	return table;
}

static void iopmem_export_unmap(struct dma_buf_attachment *attach, struct sg_table *table,
				enum dma_data_direction dir)
{
	struct iopmem_export *export = attach->dmabuf->priv;

	dma_resv_assert_held(attach->dmabuf->resv);
	iopmem_import_unmap(attach, table, dir);
	if (!--export->mapped)
		wake_up_all(&export->idle);
}

/* A program says that it has written, through its own mapping of the file: DMA_BUF_IOCTL_SYNC. */
static int iopmem_export_end_cpu_access(struct dma_buf *dmabuf, enum dma_data_direction dir)
{
	struct iopmem_export *export = dmabuf->priv;

	return iopmem_arrive(export->iop);
}

static void iopmem_export_free(struct iopmem_export *export)
{
	struct iopmem *iop = export->iop;

	mutex_lock(&iop->lock);
	list_del_init(&export->list);
	while (export->users) {
		mutex_unlock(&iop->lock);
		wait_event(export->idle, !READ_ONCE(export->users));
		/* The last of them wakes us, and has done with it when the lock is let go. */
		mutex_lock(&iop->lock);
	}
	mutex_unlock(&iop->lock);
	fput(export->lease);
	kvfree(export->runs.run);
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
	.end_cpu_access = iopmem_export_end_cpu_access,
	.release = iopmem_export_release,
};

/*
 * The next one that is to change, which is not freed before iopmem_export_leave(). A reference of its
 * file would not do: a path can outlive the file, and the dma-buf ends with the path.
 */
static struct iopmem_export *iopmem_export_next(struct iopmem *iop, bool usable)
{
	struct iopmem_export *export;

	mutex_lock(&iop->lock);
	list_for_each_entry(export, &iop->exports, list) {
		if (READ_ONCE(export->usable) == usable)
			continue;
		export->users++;
		/* Those that are done with are not looked at again. */
		list_move_tail(&export->list, &iop->exports);
		mutex_unlock(&iop->lock);
		return export;
	}
	mutex_unlock(&iop->lock);
	return NULL;
}

static void iopmem_export_leave(struct iopmem_export *export)
{
	struct iopmem *iop = export->iop;

	mutex_lock(&iop->lock);
	if (!--export->users)
		wake_up_all(&export->idle);
	mutex_unlock(&iop->lock);
}

/* Waits for importers, and says from time to time whose device it is that still has its mapping. */
static void iopmem_export_drain(struct iopmem_export *export)
{
	struct dma_buf_attachment *attach;

	while (!wait_event_timeout(export->idle, !READ_ONCE(export->mapped), 10 * HZ)) {
		dma_resv_lock(export->dmabuf->resv, NULL);
		list_for_each_entry(attach, &export->dmabuf->attachments, node)
			pci_warn(export->iop->pdev, "%s: waits for a dma-buf's importer %s\n",
				 export->iop->disk->disk_name, dev_name(attach->dev));
		dma_resv_unlock(export->dmabuf->resv);
	}
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
	/* What is gone does not come back. */
	usable = usable && !iop->gone;
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
			iopmem_export_drain(export);
		iopmem_export_leave(export);
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
	rc = iopmem_runs_find(&export->runs, iop, file, req->offset, req->length);
	if (!rc)
		rc = iopmem_arrive(iop);
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

bool iopmem_can_export(struct iopmem *iop)
{
	return false;
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

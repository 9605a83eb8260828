// SPDX-License-Identifier: GPL-2.0-only
/*
 * importer: a driver's part in taking a dma-buf, for any function, from the shell. Support of the
 * tests.
 *
 * /dev/importer: write "FD FUNCTION WORD..." to attach for a PCI function and map; "again" maps once
 * more. Reading gives a line a piece, its address and its length, or "revoked" once the exporter has
 * taken it back. Closing ends it. Words:
 *   host     takes no memory of peers
 *   pinned   cannot be made to let go
 *   slow     lets go three seconds after it is told to
 *   bits=N   the function drives so many address bits, 64 without
 *   moves    the function is QEMU's edu, and copies the first 2048 bytes to the next 2048, again and
 *            again, for as long as they are mapped
 *   deaf     what moves does not stop when it is told to, as no importer must do it
 */
#include <linux/delay.h>
#include <linux/dma-buf.h>
#include <linux/dma-mapping.h>
#include <linux/dma-resv.h>
#include <linux/io.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/kthread.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

struct importer {
	struct pci_dev *pdev;
	struct dma_buf *dmabuf;
	struct dma_buf_attachment *attach;
	struct sg_table *table;
	struct delayed_work letting_go;
	unsigned int bits;
	bool host;
	bool pinned;
	bool slow;
	bool moves;
	bool deaf;
	/* Held over each round of the engine: @at is its address, 0 for none. */
	struct mutex turn;
	dma_addr_t at;
	void __iomem *engine;
	struct task_struct *mover;
};

/* QEMU's docs/specs/edu.rst */
enum {
	EDU_SOURCE = 0x80,
	EDU_DESTINATION = 0x88,
	EDU_COUNT = 0x90,
	EDU_COMMAND = 0x98,
	EDU_BUFFER = 0x40000,
	EDU_START = 1,
	EDU_TO_MEMORY = 2,
	PIECE = 2048,
};

/* The engine takes a tenth of a second. One that is gone reads as if it never ended. */
static void importer_transfer(struct importer *importer, u64 from, u64 to, u64 direction)
{
	int tries = 10000;

	writeq(from, importer->engine + EDU_SOURCE);
	writeq(to, importer->engine + EDU_DESTINATION);
	writeq(PIECE, importer->engine + EDU_COUNT);
	writeq(EDU_START | direction, importer->engine + EDU_COMMAND);
	while ((readq(importer->engine + EDU_COMMAND) & EDU_START) && tries--)
		usleep_range(500, 1000);
}

static int importer_mover(void *data)
{
	struct importer *importer = data;

	while (!kthread_should_stop()) {
		mutex_lock(&importer->turn);
		if (importer->at) {
			importer_transfer(importer, importer->at, EDU_BUFFER, 0);
			importer_transfer(importer, EDU_BUFFER, importer->at + PIECE, EDU_TO_MEMORY);
		}
		mutex_unlock(&importer->turn);
		usleep_range(500, 1000);
	}
	return 0;
}

static int importer_start_mover(struct importer *importer)
{
	importer->engine = pci_iomap(importer->pdev, 0, 0);
	if (!importer->engine)
		return -ENOMEM;
	importer->mover = kthread_run(importer_mover, importer, "importer");
	if (!IS_ERR(importer->mover))
		return 0;
	pci_iounmap(importer->pdev, importer->engine);
	return PTR_ERR(importer->mover);
}

/* Returns when the engine is still. */
static void importer_set_engine(struct importer *importer, dma_addr_t at)
{
	mutex_lock(&importer->turn);
	importer->at = at;
	mutex_unlock(&importer->turn);
}

/* Under the reservation lock. */
static void importer_unmap(struct importer *importer)
{
	if (!importer->table)
		return;
	if (!importer->deaf)
		importer_set_engine(importer, 0);
	dma_buf_unmap_attachment(importer->attach, importer->table, DMA_BIDIRECTIONAL);
	importer->table = NULL;
}

static void importer_let_go(struct work_struct *work)
{
	struct importer *importer = container_of(work, struct importer, letting_go.work);

	dma_resv_lock(importer->dmabuf->resv, NULL);
	importer_unmap(importer);
	dma_resv_unlock(importer->dmabuf->resv);
}

static void importer_invalidate(struct dma_buf_attachment *attach)
{
	struct importer *importer = attach->importer_priv;

	if (importer->slow)
		schedule_delayed_work(&importer->letting_go, 3 * HZ);
	else
		importer_unmap(importer);
}

static const struct dma_buf_attach_ops importer_ops = {
	.allow_peer2peer = true,
	.invalidate_mappings = importer_invalidate,
};

static const struct dma_buf_attach_ops importer_host_ops = {
	.invalidate_mappings = importer_invalidate,
};

static const struct dma_buf_attach_ops importer_pinned_ops = {
	.allow_peer2peer = true,
};

static int importer_map(struct importer *importer)
{
	struct sg_table *table;
	int rc = 0;

	dma_resv_lock(importer->dmabuf->resv, NULL);
	if (importer->table) {
		rc = -EBUSY;
		goto out;
	}
	table = dma_buf_map_attachment(importer->attach, DMA_BIDIRECTIONAL);
	if (IS_ERR(table)) {
		rc = PTR_ERR(table);
	} else {
		importer->table = table;
		importer_set_engine(importer, sg_dma_address(table->sgl));
	}
out:
	dma_resv_unlock(importer->dmabuf->resv);
	return rc;
}

static int importer_attach(struct importer *importer, int fd)
{
	const struct dma_buf_attach_ops *ops = importer->host   ? &importer_host_ops :
					       importer->pinned ? &importer_pinned_ops :
								  &importer_ops;
	int rc;

	rc = dma_set_mask_and_coherent(&importer->pdev->dev, DMA_BIT_MASK(importer->bits));
	if (rc)
		return rc;
	importer->dmabuf = dma_buf_get(fd);
	if (IS_ERR(importer->dmabuf)) {
		rc = PTR_ERR(importer->dmabuf);
		importer->dmabuf = NULL;
		return rc;
	}
	importer->attach = dma_buf_dynamic_attach(importer->dmabuf, &importer->pdev->dev, ops,
						  importer);
	if (IS_ERR(importer->attach)) {
		rc = PTR_ERR(importer->attach);
		importer->attach = NULL;
		return rc;
	}
	rc = importer->moves ? importer_start_mover(importer) : 0;
	return rc ? rc : importer_map(importer);
}

static int importer_begin(struct importer *importer, char *text)
{
	unsigned int domain, bus, slot, number;
	char *word = strsep(&text, " ");
	int fd;

	if (importer->dmabuf)
		return -EBUSY;
	if (kstrtoint(word, 10, &fd))
		return -EINVAL;
	word = strsep(&text, " ");
	if (!word || sscanf(word, "%x:%x:%x.%x", &domain, &bus, &slot, &number) != 4)
		return -EINVAL;
	importer->pdev = pci_get_domain_bus_and_slot(domain, bus, PCI_DEVFN(slot, number));
	if (!importer->pdev)
		return -ENODEV;
	importer->bits = 64;
	while ((word = strsep(&text, " ")) != NULL) {
		if (!strcmp(word, "host"))
			importer->host = true;
		else if (!strcmp(word, "pinned"))
			importer->pinned = true;
		else if (!strcmp(word, "slow"))
			importer->slow = true;
		else if (!strcmp(word, "moves"))
			importer->moves = true;
		else if (!strcmp(word, "deaf"))
			importer->deaf = true;
		else if (sscanf(word, "bits=%u", &importer->bits) != 1)
			return -EINVAL;
	}
	return importer_attach(importer, fd);
}

static ssize_t importer_write(struct file *file, const char __user *from, size_t count, loff_t *at)
{
	struct importer *importer = ((struct seq_file *)file->private_data)->private;
	char *text = memdup_user_nul(from, min_t(size_t, count, PAGE_SIZE - 1));
	int rc;

	if (IS_ERR(text))
		return PTR_ERR(text);
	strim(text);
	if (!strcmp(text, "again"))
		rc = importer->attach ? importer_map(importer) : -EINVAL;
	else
		rc = importer_begin(importer, text);
	kfree(text);
	return rc ? rc : count;
}

static int importer_show(struct seq_file *m, void *unused)
{
	struct importer *importer = m->private;
	struct scatterlist *sg;
	int n;

	if (!importer->dmabuf)
		return -EINVAL;
	dma_resv_lock(importer->dmabuf->resv, NULL);
	if (importer->table)
		for_each_sgtable_dma_sg(importer->table, sg, n)
			seq_printf(m, "0x%llx %u\n", (u64)sg_dma_address(sg), sg_dma_len(sg));
	else
		seq_puts(m, "revoked\n");
	dma_resv_unlock(importer->dmabuf->resv);
	return 0;
}

static int importer_open(struct inode *inode, struct file *file)
{
	struct importer *importer = kzalloc(sizeof(*importer), GFP_KERNEL);
	int rc;

	if (!importer)
		return -ENOMEM;
	INIT_DELAYED_WORK(&importer->letting_go, importer_let_go);
	mutex_init(&importer->turn);
	/* misc_open() has left something there. */
	file->private_data = NULL;
	rc = single_open(file, importer_show, importer);
	if (rc)
		kfree(importer);
	return rc;
}

static int importer_release(struct inode *inode, struct file *file)
{
	struct importer *importer = ((struct seq_file *)file->private_data)->private;

	if (!IS_ERR_OR_NULL(importer->mover)) {
		kthread_stop(importer->mover);
		pci_iounmap(importer->pdev, importer->engine);
	}
	if (importer->attach) {
		importer_let_go(&importer->letting_go.work);
		cancel_delayed_work_sync(&importer->letting_go);
		dma_buf_detach(importer->dmabuf, importer->attach);
	}
	if (importer->dmabuf)
		dma_buf_put(importer->dmabuf);
	pci_dev_put(importer->pdev);
	kfree(importer);
	return single_release(inode, file);
}

static const struct file_operations importer_fops = {
	.owner = THIS_MODULE,
	.open = importer_open,
	.release = importer_release,
	.read = seq_read,
	.write = importer_write,
	.llseek = seq_lseek,
};

static struct miscdevice importer_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "importer",
	.fops = &importer_fops,
};
module_misc_device(importer_device);

MODULE_DESCRIPTION("Takes dma-bufs for the tests of iopmem");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS("DMA_BUF");

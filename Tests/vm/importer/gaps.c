// SPDX-License-Identifier: GPL-2.0-only
/*
 * gaps: what the kernel's own mapping of peers' memory does, without the driver. Support of the tests.
 *
 * /dev/gaps: write "FUNCTION BAR CLIENT PIECES" to have so many pages of the BAR, no two side by side,
 * mapped for the client by one call of dma_buf_phys_vec_to_sgt(), and unmapped. Reading then gives the
 * address of the first and orig_nents, or the error's number.
 */
#include <linux/dma-buf.h>
#include <linux/dma-buf-mapping.h>
#include <linux/dma-mapping.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/pci-p2pdma.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#define MOST 16

/* The one that is tried. */
static struct {
	struct p2pdma_provider *provider;
	struct phys_vec vec[MOST];
	unsigned int pieces;
	unsigned int orig_nents;
} tried;
static char answer[64];

static struct sg_table *gaps_map(struct dma_buf_attachment *attach, enum dma_data_direction dir)
{
	struct sg_table *table;

	table = dma_buf_phys_vec_to_sgt(attach, tried.provider, tried.vec, tried.pieces,
					tried.pieces * PAGE_SIZE, dir);
	/* Debugging kernels hand out a copy. */
	if (!IS_ERR(table))
		tried.orig_nents = table->orig_nents;
	return table;
}

static void gaps_unmap(struct dma_buf_attachment *attach, struct sg_table *table,
		       enum dma_data_direction dir)
{
	/* What it leaves at 0 keeps the list from being freed. */
	table->orig_nents = table->nents;
	dma_buf_free_sgt(attach, table, dir);
}

static void gaps_release(struct dma_buf *dmabuf)
{
}

static const struct dma_buf_ops gaps_ops = {
	.map_dma_buf = gaps_map,
	.unmap_dma_buf = gaps_unmap,
	.release = gaps_release,
};

static void gaps_invalidate(struct dma_buf_attachment *attach)
{
}

static const struct dma_buf_attach_ops gaps_importer = {
	.allow_peer2peer = true,
	.invalidate_mappings = gaps_invalidate,
};

static void gaps_try_attached(struct dma_buf_attachment *attach)
{
	struct sg_table *table = dma_buf_map_attachment_unlocked(attach, DMA_BIDIRECTIONAL);

	if (IS_ERR(table)) {
		snprintf(answer, sizeof(answer), "%ld\n", PTR_ERR(table));
		return;
	}
	snprintf(answer, sizeof(answer), "0x%llx orig_nents=%u\n",
		 (u64)sg_dma_address(table->sgl), tried.orig_nents);
	dma_buf_unmap_attachment_unlocked(attach, table, DMA_BIDIRECTIONAL);
}

static int gaps_try(struct pci_dev *pdev, unsigned int bar, struct pci_dev *client)
{
	DEFINE_DMA_BUF_EXPORT_INFO(info);
	struct dma_buf_attachment *attach;
	struct dma_buf *dmabuf;
	unsigned int n;
	int rc;

	tried.provider = pcim_p2pdma_provider(pdev, bar);
	if (!tried.provider)
		return -EOPNOTSUPP;
	for (n = 0; n < tried.pieces; n++)
		tried.vec[n] = (struct phys_vec){
			.paddr = pci_resource_start(pdev, bar) + 2 * n * PAGE_SIZE,
			.len = PAGE_SIZE,
		};
	rc = dma_set_mask_and_coherent(&client->dev, DMA_BIT_MASK(64));
	if (rc)
		return rc;
	info.ops = &gaps_ops;
	info.priv = &tried;
	info.size = tried.pieces * PAGE_SIZE;
	dmabuf = dma_buf_export(&info);
	if (IS_ERR(dmabuf))
		return PTR_ERR(dmabuf);
	attach = dma_buf_dynamic_attach(dmabuf, &client->dev, &gaps_importer, NULL);
	if (IS_ERR(attach)) {
		rc = PTR_ERR(attach);
	} else {
		gaps_try_attached(attach);
		dma_buf_detach(dmabuf, attach);
	}
	dma_buf_put(dmabuf);
	return rc;
}

static ssize_t gaps_write(struct file *file, const char __user *from, size_t count, loff_t *at)
{
	unsigned int word[10];
	struct pci_dev *pdev, *client;
	char text[64] = "";
	int rc = -ENODEV;

	if (count >= sizeof(text) || copy_from_user(text, from, count))
		return -EINVAL;
	if (sscanf(text, "%x:%x:%x.%x %u %x:%x:%x.%x %u", &word[0], &word[1], &word[2], &word[3],
		   &word[4], &word[5], &word[6], &word[7], &word[8], &word[9]) != 10 ||
	    !word[9] || word[9] > MOST)
		return -EINVAL;
	tried.pieces = word[9];
	pdev = pci_get_domain_bus_and_slot(word[0], word[1], PCI_DEVFN(word[2], word[3]));
	client = pci_get_domain_bus_and_slot(word[5], word[6], PCI_DEVFN(word[7], word[8]));
	if (pdev && client)
		rc = gaps_try(pdev, word[4], client);
	pci_dev_put(pdev);
	pci_dev_put(client);
	return rc ? rc : count;
}

static ssize_t gaps_read(struct file *file, char __user *to, size_t count, loff_t *at)
{
	return simple_read_from_buffer(to, count, at, answer, strlen(answer));
}

static const struct file_operations gaps_fops = {
	.owner = THIS_MODULE,
	.read = gaps_read,
	.write = gaps_write,
};

static struct miscdevice gaps_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "gaps",
	.fops = &gaps_fops,
};
module_misc_device(gaps_device);

MODULE_DESCRIPTION("Shows what iopmem works around, for its tests");
MODULE_LICENSE("GPL");
MODULE_IMPORT_NS("DMA_BUF");

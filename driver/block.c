// SPDX-License-Identifier: GPL-2.0-only
/*
 * The block device: copying between bios and the BAR, requests, and the sysfs attributes.
 */
#include <linux/bio.h>
#include <linux/io.h>
#include <linux/libnvdimm.h>
#include <linux/module.h>

#include "iopmem.h"

/*
 * A read from a function that is gone, or that decodes no memory, gives no error but all ones, or
 * whatever the host bridge makes up. Asking the function afterwards is cheap beside reading its
 * memory. A virtual function decodes as its physical one says, and has no bit of its own for it.
 */
static bool iopmem_alive(struct iopmem *iop)
{
	u16 command;

	return pci_device_is_present(iop->pdev) &&
	       !pci_read_config_word(iop->pdev, PCI_COMMAND, &command) && command != 0xffff &&
	       (iop->pdev->no_command_memory || (command & PCI_COMMAND_MEMORY));
}

bool iopmem_usable(struct iopmem *iop)
{
	return !READ_ONCE(iop->offline) && !pci_channel_offline(iop->pdev);
}

/*
 * The mapping may be cached, see iopmem(4), and a peer's DMA goes past the CPU's caches: what is
 * written is pushed out at once, and what is read is not taken from a line that may be stale.
 */
int iopmem_copy_to(struct iopmem *iop, u64 offset, const void *from, size_t len)
{
	void *to = iop->virt + offset;

	if (!iopmem_usable(iop))
		return -EIO;
	memcpy_toio((void __force __iomem *)to, from, len);
	arch_wb_cache_pmem(to, len);
	/* What the CPU has combined leaves it now. */
	wmb();
	return 0;
}

/*
 * On x86 alone, invalidating writes back first. Elsewhere what a program has just stored through its
 * mapping would be lost.
 */
static void iopmem_drop_lines(void *from, size_t len)
{
	arch_wb_cache_pmem(from, len);
	arch_invalidate_pmem(from, len);
}

static int iopmem_copy_from(struct iopmem *iop, void *to, u64 offset, size_t len)
{
	void *from = iop->virt + offset;

	if (!iopmem_usable(iop))
		return -EIO;
	iopmem_drop_lines(from, len);
	memcpy_fromio(to, (void __force __iomem *)from, len);
	return 0;
}

/* PCI writes are posted: a read comes back only when all of them have arrived. */
int iopmem_flush(struct iopmem *iop)
{
	if (!iopmem_usable(iop))
		return -EIO;
	iopmem_drain(iop);
	iopmem_drop_lines(iop->virt, sizeof(u32));
	readl((void __force __iomem *)iop->virt);
	return iopmem_alive(iop) ? 0 : -EIO;
}

/*
 * What the CPU has written is where a peer finds it, for who is about to be told where. By a bio, as
 * that waits while the function is reset.
 */
int iopmem_arrive(struct iopmem *iop)
{
	int rc = -ENODEV;

	mutex_lock(&iop->lock);
	if (!iop->gone)
		rc = blkdev_issue_flush(iop->disk->part0);
	mutex_unlock(&iop->lock);
	return rc;
}

static int iopmem_do_bio(struct iopmem *iop, struct bio *bio)
{
	struct bvec_iter iter;
	struct bio_vec bvec;
	int rc = 0;

	if (bio->bi_opf & REQ_PREFLUSH)
		rc = iopmem_flush(iop);

	bio_for_each_segment(bvec, bio, iter) {
		u64 offset = (u64)iter.bi_sector << SECTOR_SHIFT;
		void *mem;

		if (rc)
			return rc;
		if (offset > iop->length || bvec.bv_len > iop->length - offset)
			return -EIO;
		mem = bvec_kmap_local(&bvec);
		if (op_is_write(bio_op(bio)))
			rc = iopmem_copy_to(iop, offset, mem, bvec.bv_len);
		else
			rc = iopmem_copy_from(iop, mem, offset, bvec.bv_len);
		kunmap_local(mem);
		if (!op_is_write(bio_op(bio)))
			flush_dcache_page(bvec.bv_page);
	}
	if (!rc && (bio->bi_opf & REQ_FUA))
		rc = iopmem_flush(iop);
	else if (!rc && bio_op(bio) == REQ_OP_READ && !iopmem_alive(iop))
		rc = -EIO;
	return rc;
}

static void iopmem_submit_bio(struct bio *bio)
{
	struct iopmem *iop = bio->bi_bdev->bd_disk->private_data;
	unsigned long start;

	switch (bio_op(bio)) {
	case REQ_OP_READ:
	case REQ_OP_WRITE:
	case REQ_OP_FLUSH:
		break;
	default:
		bio->bi_status = BLK_STS_NOTSUPP;
		bio_endio(bio);
		return;
	}
	start = bio_start_io_acct(bio);
	bio->bi_status = errno_to_blk_status(iopmem_do_bio(iop, bio));
	bio_end_io_acct(bio, start);
	bio_endio(bio);
}

static int iopmem_ioctl(struct block_device *bdev, blk_mode_t mode, unsigned int cmd,
			unsigned long arg)
{
	struct iopmem *iop = bdev->bd_disk->private_data;
	void __user *user = (void __user *)arg;

	switch (cmd) {
	case IOPMEM_IOC_QUERY:
		return iopmem_query(iop, user, 0, 0, NULL);
	case IOPMEM_IOC_LEASE:
		return iopmem_lease(iop, user);
	case IOPMEM_IOC_MAP:
		return iopmem_map(iop, user, NULL, 0);
	default:
		return -ENOTTY;
	}
}

static void iopmem_free_disk(struct gendisk *disk)
{
	iopmem_put(disk->private_data);
}

static const struct block_device_operations iopmem_fops = {
	.owner = THIS_MODULE,
	.submit_bio = iopmem_submit_bio,
	.ioctl = iopmem_ioctl,
	.compat_ioctl = blkdev_compat_ptr_ioctl,
	.free_disk = iopmem_free_disk,
};

static struct iopmem *dev_to_iopmem(struct device *dev)
{
	return dev_to_disk(dev)->private_data;
}

static ssize_t bar_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", dev_to_iopmem(dev)->bar);
}
static DEVICE_ATTR_RO(bar);

static ssize_t bus_address_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "0x%016llx\n", dev_to_iopmem(dev)->bus_address);
}
static DEVICE_ATTR_RO(bus_address);

static ssize_t cpu_address_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "0x%016llx\n", (u64)dev_to_iopmem(dev)->start);
}
static DEVICE_ATTR_RO(cpu_address);

static ssize_t length_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%llu\n", dev_to_iopmem(dev)->length);
}
static DEVICE_ATTR_RO(length);

static ssize_t data_offset_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	/* The block device is the whole BAR. */
	return sysfs_emit(buf, "0\n");
}
static DEVICE_ATTR_RO(data_offset);

static ssize_t memory_type_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", iopmem_memory_name(dev_to_iopmem(dev)->memory));
}
static DEVICE_ATTR_RO(memory_type);

static ssize_t mmap_type_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%s\n", iopmem_memory_name(dev_to_iopmem(dev)->mmap_memory));
}
static DEVICE_ATTR_RO(mmap_type);

static ssize_t dma_buf_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", iopmem_can_export(dev_to_iopmem(dev)));
}
static DEVICE_ATTR_RO(dma_buf);

static ssize_t abi_show(struct device *dev, struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%d\n", IOPMEM_ABI);
}
static DEVICE_ATTR_RO(abi);

static struct attribute *iopmem_attrs[] = {
	&dev_attr_bar.attr,
	&dev_attr_bus_address.attr,
	&dev_attr_cpu_address.attr,
	&dev_attr_length.attr,
	&dev_attr_data_offset.attr,
	&dev_attr_memory_type.attr,
	&dev_attr_mmap_type.attr,
	&dev_attr_dma_buf.attr,
	&dev_attr_abi.attr,
	NULL,
};

static const struct attribute_group iopmem_group = {
	.name = IOPMEM_NAME,
	.attrs = iopmem_attrs,
};

static const struct attribute_group *iopmem_groups[] = {
	&iopmem_group,
	NULL,
};

int iopmem_disk_add(struct iopmem *iop)
{
	struct gendisk *disk;
	int rc;

	disk = iopmem_alloc_disk(dev_to_node(&iop->pdev->dev));
	if (IS_ERR(disk))
		return PTR_ERR(disk);
	disk->fops = &iopmem_fops;
	disk->private_data = iop;
	snprintf(disk->disk_name, sizeof(disk->disk_name), IOPMEM_NAME "%d", iop->id);
	set_capacity(disk, iop->length >> SECTOR_SHIFT);
	iopmem_get(iop);
	iop->disk = disk;

	rc = iopmem_dax_add(iop);
	if (rc)
		goto err_disk;
	rc = device_add_disk(&iop->pdev->dev, disk, iopmem_groups);
	if (rc)
		goto err_dax;
	return 0;

err_dax:
	dax_remove_host(disk);
	kill_dax(iop->dax);
	put_dax(iop->dax);
err_disk:
	/* A disk that was never added is freed without its free_disk(). */
	put_disk(disk);
	iopmem_put(iop);
	return rc;
}

/* After iopmem_dax_evict(): nobody reads or writes the BAR through the CPU any more. */
void iopmem_disk_free(struct iopmem *iop)
{
	dax_remove_host(iop->disk);
	put_dax(iop->dax);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * iopmem: a memory BAR of a PCIe function as a DAX-capable block device, so that other PCIe
 * functions can reach the files on it by peer-to-peer DMA.
 *
 * This file brings the device up; remove.c brings it down.
 */
#include <linux/anon_inodes.h>
#include <linux/fcntl.h>
#include <linux/file.h>
#include <linux/idr.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

#include "iopmem.h"

struct workqueue_struct *iopmem_wq;
static DEFINE_IDA(iopmem_ids);
static DEFINE_MUTEX(iopmem_list_lock);
static LIST_HEAD(iopmem_list);

void iopmem_get(struct iopmem *iop)
{
	kref_get(&iop->kref);
}

static void iopmem_free(struct kref *kref)
{
	struct iopmem *iop = container_of(kref, struct iopmem, kref);

	if (iop->id >= 0)
		ida_free(&iopmem_ids, iop->id);
	pci_dev_put(iop->pdev);
	mutex_destroy(&iop->lock);
	kfree(iop);
}

void iopmem_put(struct iopmem *iop)
{
	kref_put(&iop->kref, iopmem_free);
}

static void iopmem_list_add(struct iopmem *iop)
{
	mutex_lock(&iopmem_list_lock);
	list_add_tail(&iop->list, &iopmem_list);
	mutex_unlock(&iopmem_list_lock);
}

void iopmem_list_del(struct iopmem *iop)
{
	mutex_lock(&iopmem_list_lock);
	list_del(&iop->list);
	mutex_unlock(&iopmem_list_lock);
}

void iopmem_for_each(void (*fn)(struct iopmem *iop, void *arg), void *arg)
{
	struct iopmem *iop;

	mutex_lock(&iopmem_list_lock);
	list_for_each_entry(iop, &iopmem_list, list)
		fn(iop, arg);
	mutex_unlock(&iopmem_list_lock);
}

/*
 * A descriptor that is not installed yet, and behind it a file with a reference on @iop, which the
 * file's release gives back.
 */
int iopmem_descriptor(struct iopmem *iop, const char *name, const struct file_operations *fops,
		      void *private, struct file **self)
{
	int fd = get_unused_fd_flags(O_CLOEXEC);

	if (fd < 0)
		return fd;
	*self = anon_inode_getfile(name, fops, private, O_RDWR);
	if (IS_ERR(*self)) {
		put_unused_fd(fd);
		return PTR_ERR(*self);
	}
	iopmem_get(iop);
	return fd;
}

/* What the fdinfo of a lease and of a mapping begin with, so that a holder can be found. */
void iopmem_show(struct seq_file *m, struct iopmem *iop, bool revoked, time64_t since)
{
	seq_printf(m, "iopmem-device:\t" IOPMEM_NAME "%d\n", iop->id);
	seq_printf(m, "iopmem-function:\t%04x:%02x:%02x.%x\n", iop->domain, iop->bus,
		   PCI_SLOT(iop->devfn), PCI_FUNC(iop->devfn));
	seq_printf(m, "iopmem-state:\t%s\n", revoked ? "revoked" : "held");
	seq_printf(m, "iopmem-since:\t%lld\n", since);
}

static int iopmem_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct iopmem *iop;
	int bar, rc;

	if (pdev->hdr_type != PCI_HEADER_TYPE_NORMAL) {
		pci_err(pdev, "not an endpoint but a bridge\n");
		return -EINVAL;
	}
	bar = iopmem_choose_bar(pdev);
	if (bar < 0)
		return bar;

	iop = kzalloc(sizeof(*iop), GFP_KERNEL);
	if (!iop)
		return -ENOMEM;
	kref_init(&iop->kref);
	mutex_init(&iop->lock);
	INIT_LIST_HEAD(&iop->leases);
	INIT_LIST_HEAD(&iop->maps);
	INIT_LIST_HEAD(&iop->exports);
	iop->exports_usable = true;
	INIT_LIST_HEAD(&iop->list);
	/* For as long as anybody may ask: a lease can outlive the binding, and the function. */
	iop->pdev = pci_dev_get(pdev);
	iop->domain = pci_domain_nr(pdev->bus);
	iop->bus = pdev->bus->number;
	iop->devfn = pdev->devfn;
	iop->bar = bar;
	iop->start = pci_resource_start(pdev, bar);
	iop->length = pci_resource_len(pdev, bar);
	iop->bus_address = pci_bus_address(pdev, bar);
	iop->id = ida_alloc(&iopmem_ids, GFP_KERNEL);
	if (iop->id < 0) {
		rc = iop->id;
		goto err_put;
	}

	rc = pci_enable_device_mem(pdev);
	if (rc)
		goto err_put;
	rc = pci_request_region(pdev, bar, IOPMEM_NAME);
	if (rc) {
		pci_err(pdev, "BAR %d is in use by somebody else\n", bar);
		goto err_disable;
	}
	if (!iopmem_bar_in_place(iop)) {
		pci_err(pdev, "BAR %d does not hold %#llx, or memory decoding is off\n", bar,
			iop->bus_address);
		rc = -ENXIO;
		goto err_release;
	}

	rc = iopmem_memory_add(iop);
	if (rc)
		goto err_release;

	rc = iopmem_export_init(iop);
	if (rc)
		goto err_pages;

	/* Whoever sees the disk may map, and clients may go. */
	iopmem_list_add(iop);
	rc = iopmem_disk_add(iop);
	if (rc)
		goto err_list;

	pci_save_state(pdev);
	pci_set_drvdata(pdev, iop);
	pci_info(pdev, "%s: BAR %d, %llu bytes, bus address %#llx, CPU address %#llx, %s\n",
		 iop->disk->disk_name, bar, iop->length, iop->bus_address, (u64)iop->start,
		 iopmem_memory_name(iop->memory));
	return 0;

err_list:
	iopmem_list_del(iop);
err_pages:
	iopmem_memory_remove(iop);
err_release:
	pci_release_region(pdev, bar);
err_disable:
	pci_disable_device(pdev);
err_put:
	iopmem_put(iop);
	return rc;
}

static const struct pci_device_id iopmem_id_table[] = {
	{ PCI_DEVICE(PCI_VENDOR_ID_PMC_Sierra, 0xf118) },
	{},
};
MODULE_DEVICE_TABLE(pci, iopmem_id_table);

static struct pci_driver iopmem_driver = {
	.name = IOPMEM_NAME,
	.id_table = iopmem_id_table,
	.probe = iopmem_probe,
	.remove = iopmem_remove,
	.err_handler = &iopmem_err_handler,
	.driver.pm = pm_ptr(&iopmem_pm_ops),
};

static int __init iopmem_init(void)
{
	int rc;

	iopmem_wq = alloc_workqueue(IOPMEM_NAME, WQ_UNBOUND, 0);
	if (!iopmem_wq)
		return -ENOMEM;
	rc = iopmem_map_init();
	if (rc)
		goto err_wq;
	rc = pci_register_driver(&iopmem_driver);
	if (rc)
		goto err_map;
	return 0;

err_map:
	iopmem_map_exit();
err_wq:
	destroy_workqueue(iopmem_wq);
	return rc;
}
module_init(iopmem_init);

static void __exit iopmem_exit(void)
{
	pci_unregister_driver(&iopmem_driver);
	iopmem_map_exit();
	/* Waits for what somebody who was killed has left to be done. */
	destroy_workqueue(iopmem_wq);
	ida_destroy(&iopmem_ids);
}
module_exit(iopmem_exit);

MODULE_DESCRIPTION("PCIe BAR as a DAX-capable block device for peer-to-peer DMA");
MODULE_LICENSE("GPL");
MODULE_VERSION("0.1.0");
IOPMEM_IMPORT_NS_DAX;

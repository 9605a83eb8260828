// SPDX-License-Identifier: GPL-2.0-only
/*
 * iopmem: a memory BAR of a PCIe function as a DAX-capable block device, so that other PCIe
 * functions can reach the files on it by peer-to-peer DMA.
 *
 * This file chooses the BAR, and brings the device up and down.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/idr.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/suspend.h>

#include "iopmem.h"

/*
 * BARs of functions that are known. Not in the id table: an id that is written to new_id without
 * driver_data is only accepted if an entry of the table has none.
 */
static const struct {
	u16 vendor;
	u16 device;
	int bar;
} iopmem_known_bars[] = {
	{ PCI_VENDOR_ID_PMC_Sierra, 0xf118, 4 },
};

static char *bar_param;
module_param_named(bar, bar_param, charp, 0644);
MODULE_PARM_DESC(bar,
		 "BAR to use: N for every function, or DDDD:BB:DD.F=N[,...] for single ones (default: the largest memory BAR)");

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

void iopmem_for_each(void (*fn)(struct iopmem *iop, void *arg), void *arg)
{
	struct iopmem *iop;

	mutex_lock(&iopmem_list_lock);
	list_for_each_entry(iop, &iopmem_list, list)
		fn(iop, arg);
	mutex_unlock(&iopmem_list_lock);
}

/*
 * The BAR which the parameter names for this function: -ENOENT if it names none. An entry that
 * cannot be read is an error for every function: it might have been meant for this one.
 */
static int iopmem_bar_by_param(struct pci_dev *pdev)
{
	char *copy, *rest, *word;
	int bar = -ENOENT;

	kernel_param_lock(THIS_MODULE);
	copy = kstrdup(bar_param ?: "", GFP_KERNEL);
	kernel_param_unlock(THIS_MODULE);
	if (!copy)
		return -ENOMEM;

	rest = copy;
	while ((word = strsep(&rest, ",")) != NULL) {
		char *number = strchr(word, '=');
		unsigned int n;

		word = strim(word);
		if (!*word)
			continue;
		if (number)
			*number++ = '\0';
		if (kstrtouint(number ?: word, 10, &n) || n >= PCI_STD_NUM_BARS) {
			pci_err(pdev, "parameter bar: \"%s\" is not a BAR index, 0 to 5\n",
				number ?: word);
			bar = -EINVAL;
			break;
		}
		if (number && !strcmp(word, pci_name(pdev)))
			bar = n;
		else if (!number && bar < 0)
			bar = n;
	}
	kfree(copy);
	return bar;
}

static int iopmem_largest_bar(struct pci_dev *pdev)
{
	resource_size_t most = 0;
	int best = -ENXIO;
	int bar;

	for (bar = 0; bar < PCI_STD_NUM_BARS; bar++) {
		resource_size_t len = pci_resource_len(pdev, bar);

		if (!(pci_resource_flags(pdev, bar) & IORESOURCE_MEM) || len < most || !len)
			continue;
		if (len == most) {
			/* A guess would format registers as likely as memory. */
			best = -EINVAL;
			continue;
		}
		most = len;
		best = bar;
	}
	if (best == -ENXIO)
		pci_err(pdev, "no memory BAR\n");
	else if (best == -EINVAL)
		pci_err(pdev, "several memory BARs of %llu bytes, none larger: name one (parameter bar)\n",
			(u64)most);
	return best;
}

static int iopmem_known_bar(struct pci_dev *pdev)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(iopmem_known_bars); i++)
		if (pdev->vendor == iopmem_known_bars[i].vendor &&
		    pdev->device == iopmem_known_bars[i].device)
			return iopmem_known_bars[i].bar;
	return -ENOENT;
}

static int iopmem_choose_bar(struct pci_dev *pdev)
{
	unsigned long align = memremap_compat_align();
	resource_size_t start, len;
	unsigned long flags;
	int bar;

	bar = iopmem_bar_by_param(pdev);
	if (bar == -ENOENT)
		bar = iopmem_known_bar(pdev);
	if (bar == -ENOENT)
		bar = iopmem_largest_bar(pdev);
	if (bar < 0)
		return bar;

	flags = pci_resource_flags(pdev, bar);
	start = pci_resource_start(pdev, bar);
	len = pci_resource_len(pdev, bar);
	if (!(flags & IORESOURCE_MEM) || !len) {
		pci_err(pdev, "BAR %d is not memory\n", bar);
		return -EINVAL;
	}
	if ((flags & IORESOURCE_UNSET) || !start) {
		pci_err(pdev, "BAR %d has no address: firmware and kernel assigned none\n", bar);
		return -ENXIO;
	}
	if (len < align) {
		pci_err(pdev, "BAR %d is too small: %llu bytes, %lu are needed\n", bar, (u64)len,
			align);
		return -EINVAL;
	}
	if (!IS_ALIGNED(start, align) || !IS_ALIGNED(len, align)) {
		pci_err(pdev, "BAR %d is not aligned: %llu bytes at %#llx, need multiples of %lu\n",
			bar, (u64)len, (u64)start, align);
		return -EINVAL;
	}
	return bar;
}

/* The registers must hold the address that everybody was told, else hardware writes elsewhere. */
static bool iopmem_bar_in_place(struct iopmem *iop)
{
	struct pci_dev *pdev = iop->pdev;
	int reg = PCI_BASE_ADDRESS_0 + 4 * iop->bar;
	u32 low, high = 0;
	u16 command;

	/* A virtual function has no BAR registers of its own. */
	if (pdev->is_virtfn)
		return pci_device_is_present(pdev);
	if (pci_read_config_word(pdev, PCI_COMMAND, &command) || command == 0xffff ||
	    !(command & PCI_COMMAND_MEMORY))
		return false;
	if (pci_read_config_dword(pdev, reg, &low))
		return false;
	if ((pci_resource_flags(pdev, iop->bar) & IORESOURCE_MEM_64) &&
	    pci_read_config_dword(pdev, reg + 4, &high))
		return false;
	return ((u64)high << 32 | (low & (u32)PCI_BASE_ADDRESS_MEM_MASK)) == iop->bus_address;
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
	INIT_LIST_HEAD(&iop->list);
	/* For as long as anybody may ask: a lease can outlive the binding, and the function. */
	iop->pdev = pci_dev_get(pdev);
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

	iop->pgmap.type = MEMORY_DEVICE_FS_DAX;
	iop->pgmap.range.start = iop->start;
	iop->pgmap.range.end = iop->start + iop->length - 1;
	iop->pgmap.nr_range = 1;
	iop->virt = memremap_pages(&iop->pgmap, dev_to_node(&pdev->dev));
	if (IS_ERR(iop->virt)) {
		rc = PTR_ERR(iop->virt);
		pci_err(pdev, "BAR %d cannot be given pages: %d\n", bar, rc);
		goto err_release;
	}

	rc = iopmem_disk_add(iop);
	if (rc)
		goto err_unmap;

	pci_save_state(pdev);
	pci_set_drvdata(pdev, iop);
	mutex_lock(&iopmem_list_lock);
	list_add_tail(&iop->list, &iopmem_list);
	mutex_unlock(&iopmem_list_lock);
	pci_info(pdev, "%s: BAR %d, %llu bytes, bus address %#llx, CPU address %#llx\n",
		 iop->disk->disk_name, bar, iop->length, iop->bus_address, (u64)iop->start);
	return 0;

err_unmap:
	memunmap_pages(&iop->pgmap);
err_release:
	pci_release_region(pdev, bar);
err_disable:
	pci_disable_device(pdev);
err_put:
	iopmem_put(iop);
	return rc;
}

static void iopmem_unfreeze(struct iopmem *iop)
{
	if (iop->frozen)
		iopmem_unfreeze_queue(iop->disk->queue, iop->memflags);
	iop->frozen = false;
}

static void iopmem_freeze(struct iopmem *iop)
{
	if (!iop->frozen)
		iop->memflags = iopmem_freeze_queue(iop->disk->queue);
	iop->frozen = true;
}

static void iopmem_remove(struct pci_dev *pdev)
{
	struct iopmem *iop = pci_get_drvdata(pdev);
	bool present = pci_device_is_present(pdev);

	mutex_lock(&iopmem_list_lock);
	list_del_init(&iop->list);
	mutex_unlock(&iopmem_list_lock);

	/* The last moment at which what a mounted filesystem has not written can be written. */
	if (present && !iop->offline)
		iopmem_dax_sync(iop);
	else
		WRITE_ONCE(iop->offline, true);
	iopmem_unfreeze(iop);

	mutex_lock(&iop->lock);
	iop->gone = true;
	mutex_unlock(&iop->lock);
	/* Engines lose the address before anything else can get it. */
	iopmem_map_revoke_all(iop);
	if (!present)
		blk_mark_disk_dead(iop->disk);
	iopmem_disk_remove(iop);
	iopmem_lease_revoke_all(iop);

	memunmap_pages(&iop->pgmap);
	pci_release_region(pdev, iop->bar);
	pci_disable_device(pdev);
	pci_set_drvdata(pdev, NULL);
	put_disk(iop->disk);
	iopmem_put(iop);
}

static pci_ers_result_t iopmem_error_detected(struct pci_dev *pdev, pci_channel_state_t state)
{
	struct iopmem *iop = pci_get_drvdata(pdev);

	switch (state) {
	case pci_channel_io_normal:
		return PCI_ERS_RESULT_CAN_RECOVER;
	case pci_channel_io_frozen:
		pci_warn(pdev, "%s: link error, I/O fails until it is reset\n",
			 iop->disk->disk_name);
		WRITE_ONCE(iop->offline, true);
		return PCI_ERS_RESULT_NEED_RESET;
	default:
		pci_err(pdev, "%s: lost\n", iop->disk->disk_name);
		WRITE_ONCE(iop->offline, true);
		return PCI_ERS_RESULT_DISCONNECT;
	}
}

static pci_ers_result_t iopmem_mmio_enabled(struct pci_dev *pdev)
{
	return iopmem_bar_in_place(pci_get_drvdata(pdev)) ? PCI_ERS_RESULT_RECOVERED :
							    PCI_ERS_RESULT_NEED_RESET;
}

static pci_ers_result_t iopmem_slot_reset(struct pci_dev *pdev)
{
	struct iopmem *iop = pci_get_drvdata(pdev);

	pci_restore_state(pdev);
	pci_save_state(pdev);
	if (!iopmem_bar_in_place(iop)) {
		pci_err(pdev, "%s: BAR %d did not come back after the reset\n",
			iop->disk->disk_name, iop->bar);
		return PCI_ERS_RESULT_DISCONNECT;
	}
	return PCI_ERS_RESULT_RECOVERED;
}

static void iopmem_error_resume(struct pci_dev *pdev)
{
	struct iopmem *iop = pci_get_drvdata(pdev);

	WRITE_ONCE(iop->offline, false);
	pci_info(pdev, "%s: back; whether the memory kept its contents only the device knows\n",
		 iop->disk->disk_name);
}

static void iopmem_reset_prepare(struct pci_dev *pdev)
{
	struct iopmem *iop = pci_get_drvdata(pdev);

	if (iop)
		iopmem_freeze(iop);
}

static void iopmem_reset_done(struct pci_dev *pdev)
{
	struct iopmem *iop = pci_get_drvdata(pdev);

	if (!iop)
		return;
	if (!iopmem_bar_in_place(iop)) {
		pci_err(pdev, "%s: BAR %d did not come back after the reset\n",
			iop->disk->disk_name, iop->bar);
		WRITE_ONCE(iop->offline, true);
	}
	iopmem_unfreeze(iop);
}

static const struct pci_error_handlers iopmem_err_handler = {
	.error_detected = iopmem_error_detected,
	.mmio_enabled = iopmem_mmio_enabled,
	.slot_reset = iopmem_slot_reset,
	.resume = iopmem_error_resume,
	.reset_prepare = iopmem_reset_prepare,
	.reset_done = iopmem_reset_done,
};

/* An engine that was given an address goes on using it; only its owner can stop it. */
static int iopmem_refuse_sleep(struct iopmem *iop)
{
	int rc = 0;

	mutex_lock(&iop->lock);
	if (iop->nr_leases || iop->nr_maps) {
		pci_err(iop->pdev, "%s: %u leases and %u client mappings are held, no sleep\n",
			iop->disk->disk_name, iop->nr_leases, iop->nr_maps);
		rc = -EBUSY;
	}
	mutex_unlock(&iop->lock);
	return rc;
}

static int __maybe_unused iopmem_suspend(struct device *dev)
{
	struct pci_dev *pdev = to_pci_dev(dev);
	struct iopmem *iop = pci_get_drvdata(pdev);
	int rc = iopmem_refuse_sleep(iop);

	if (rc)
		return rc;
	iopmem_freeze(iop);
	/* A state that is saved already keeps the PCI core from powering the memory down. */
	pci_save_state(pdev);
	return 0;
}

static int __maybe_unused iopmem_resume(struct device *dev)
{
	struct pci_dev *pdev = to_pci_dev(dev);
	struct iopmem *iop = pci_get_drvdata(pdev);

	if (!iopmem_bar_in_place(iop)) {
		pci_err(pdev, "%s: BAR %d did not come back after sleep\n", iop->disk->disk_name,
			iop->bar);
		WRITE_ONCE(iop->offline, true);
	} else if (pm_resume_via_firmware()) {
		pci_warn(pdev, "%s: the machine lost power, and the memory with it unless it is backed\n",
			 iop->disk->disk_name);
	}
	iopmem_unfreeze(iop);
	return 0;
}

/* The image is taken with filesystems mounted, and restored to memory that was without power. */
static int __maybe_unused iopmem_pm_freeze(struct device *dev)
{
	struct iopmem *iop = pci_get_drvdata(to_pci_dev(dev));
	int rc = iopmem_refuse_sleep(iop);

	if (rc)
		return rc;
	if (disk_openers(iop->disk)) {
		dev_err(dev, "%s is open: it would not survive hibernation\n",
			iop->disk->disk_name);
		return -EBUSY;
	}
	iopmem_freeze(iop);
	return 0;
}

static const struct dev_pm_ops __maybe_unused iopmem_pm_ops = {
#ifdef CONFIG_PM_SLEEP
	.suspend = iopmem_suspend,
	.resume = iopmem_resume,
	.freeze = iopmem_pm_freeze,
	.thaw = iopmem_resume,
	.poweroff = iopmem_suspend,
	.restore = iopmem_resume,
#endif
};

static const struct pci_device_id iopmem_id_table[] = {
	{ PCI_DEVICE(PCI_VENDOR_ID_PMC_Sierra, 0xf118) },
	{ }
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

	rc = iopmem_map_init();
	if (rc)
		return rc;
	rc = pci_register_driver(&iopmem_driver);
	if (rc)
		iopmem_map_exit();
	return rc;
}
module_init(iopmem_init);

static void __exit iopmem_exit(void)
{
	pci_unregister_driver(&iopmem_driver);
	iopmem_map_exit();
	ida_destroy(&iopmem_ids);
}
module_exit(iopmem_exit);

MODULE_DESCRIPTION("PCIe BAR as a DAX-capable block device for peer-to-peer DMA");
MODULE_LICENSE("GPL");
IOPMEM_IMPORT_NS_DAX;

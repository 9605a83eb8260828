// SPDX-License-Identifier: GPL-2.0-only
/*
 * What interrupts a bound device: link errors, resets, and sleep.
 */
#include <linux/suspend.h>

#include "iopmem.h"

void iopmem_unfreeze(struct iopmem *iop)
{
	if (iop->frozen)
		iopmem_unfreeze_queue(iop->disk->queue);
	iop->frozen = false;
}

static void iopmem_freeze(struct iopmem *iop)
{
	if (!iop->frozen)
		iopmem_freeze_queue(iop->disk->queue);
	iop->frozen = true;
}

/* Who watches the disk hears of it: the PCI core tells nobody of a reset. */
static void iopmem_tell(struct iopmem *iop, char *what)
{
	char *variables[] = { what, NULL };

	kobject_uevent_env(&disk_to_dev(iop->disk)->kobj, KOBJ_CHANGE, variables);
}

/*
 * The BAR is not where everybody was told, and nothing will tell when another function is: whoever
 * was given addresses must hear of it. What is left is to unbind. The queue must not be frozen: a
 * lease ends under the inode's lock, whose holder may be waiting for I/O.
 */
static void iopmem_lost(struct iopmem *iop, const char *when)
{
	pci_err(iop->pdev, "%s: BAR %d did not come back after %s: leases and mappings end\n",
		iop->disk->disk_name, iop->bar, when);
	WRITE_ONCE(iop->offline, true);
	iopmem_revoke_all(iop);
	iopmem_tell(iop, "IOPMEM_EVENT=lost");
}

static pci_ers_result_t iopmem_error_detected(struct pci_dev *pdev, pci_channel_state_t state)
{
	struct iopmem *iop = pci_get_drvdata(pdev);

	switch (state) {
	case pci_channel_io_normal:
		/* Another function below the same port may ask for a reset of them all. */
		iopmem_export_allow(iop, false);
		return PCI_ERS_RESULT_CAN_RECOVER;
	case pci_channel_io_frozen:
		pci_warn(pdev, "%s: link error, I/O fails until it is reset\n",
			 iop->disk->disk_name);
		WRITE_ONCE(iop->offline, true);
		iopmem_export_allow(iop, false);
		return PCI_ERS_RESULT_NEED_RESET;
	default:
		iopmem_lost(iop, "an error of the link");
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
		iopmem_lost(iop, "the reset of its link");
		return PCI_ERS_RESULT_DISCONNECT;
	}
	return PCI_ERS_RESULT_RECOVERED;
}

static void iopmem_error_resume(struct pci_dev *pdev)
{
	struct iopmem *iop = pci_get_drvdata(pdev);

	WRITE_ONCE(iop->offline, false);
	iopmem_export_allow(iop, true);
	pci_info(pdev, "%s: back; whether the memory kept its contents only the device knows\n",
		 iop->disk->disk_name);
}

static void iopmem_reset_prepare(struct pci_dev *pdev)
{
	struct iopmem *iop = pci_get_drvdata(pdev);

	if (!iop)
		return;
	iopmem_export_allow(iop, false);
	iopmem_freeze(iop);
}

static void iopmem_reset_done(struct pci_dev *pdev)
{
	struct iopmem *iop = pci_get_drvdata(pdev);

	if (!iop)
		return;
	if (iopmem_bar_in_place(iop)) {
		iopmem_unfreeze(iop);
		iopmem_export_allow(iop, true);
		iopmem_tell(iop, "IOPMEM_EVENT=reset");
		return;
	}
	/* What was held back fails. */
	WRITE_ONCE(iop->offline, true);
	iopmem_unfreeze(iop);
	iopmem_lost(iop, "a reset");
}

const struct pci_error_handlers iopmem_err_handler = {
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
		WRITE_ONCE(iop->offline, true);
		iopmem_unfreeze(iop);
		iopmem_lost(iop, "sleep");
	} else if (pm_resume_via_firmware()) {
		pci_warn(pdev,
			 "%s: the machine lost power, and the memory with it unless it is backed\n",
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

const struct dev_pm_ops __maybe_unused iopmem_pm_ops = {
#ifdef CONFIG_PM_SLEEP
	.suspend = iopmem_suspend,
	.resume = iopmem_resume,
	.freeze = iopmem_pm_freeze,
	.thaw = iopmem_resume,
	.poweroff = iopmem_suspend,
	.restore = iopmem_resume,
#endif
};

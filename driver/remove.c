// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end: unbinding, unplugging, and a BAR that is lost. What was given out is revoked, then those
 * who use the memory are waited for, then it is given back.
 */
#include <linux/pci.h>

#include "iopmem.h"

/* Nothing is leased, mapped or exported from here on, and engines lose the way that they have. */
static void iopmem_revoke_ways(struct iopmem *iop)
{
	mutex_lock(&iop->lock);
	iop->gone = true;
	mutex_unlock(&iop->lock);
	iopmem_export_allow(iop, false);
	iopmem_map_revoke_all(iop);
}

/* The addresses are void: engines lose them before files are let go, whose blocks may then move. */
void iopmem_revoke_all(struct iopmem *iop)
{
	iopmem_revoke_ways(iop);
	iopmem_lease_revoke_all(iop);
}

/* Nobody can begin to use the memory. Waits for those who still do, and gives everything back. */
static void iopmem_retire(struct iopmem *iop)
{
	iopmem_dax_evict(iop);
	iopmem_disk_free(iop);
	iopmem_memory_remove(iop);
	pci_release_region(iop->pdev, iop->bar);
	pci_disable_device(iop->pdev);
	put_disk(iop->disk);
	iopmem_put(iop);
}

static void iopmem_retire_work(struct work_struct *work)
{
	iopmem_retire(container_of(work, struct iopmem, retiring));
}

void iopmem_remove(struct pci_dev *pdev)
{
	struct iopmem *iop = pci_get_drvdata(pdev);
	bool present = pci_device_is_present(pdev);
	bool idle;

	/* The last moment at which what a mounted filesystem has not written can be written. */
	if (present && !iop->offline)
		iopmem_dax_sync(iop);
	else
		WRITE_ONCE(iop->offline, true);
	iopmem_unfreeze(iop);

	/* Engines lose the address before anything else can get it. */
	iopmem_revoke_ways(iop);
	iopmem_list_del(iop);
	/* No new users, then no users: removing the disk evicts inodes, with their pages. */
	iopmem_dax_close(iop);
	idle = iopmem_dax_wait(iop);
	if (!present)
		blk_mark_disk_dead(iop->disk);
	del_gendisk(iop->disk);
	iopmem_lease_revoke_all(iop);
	pci_set_drvdata(pdev, NULL);
	if (idle) {
		iopmem_retire(iop);
		return;
	}
	/* The BAR stays claimed until then, so that nobody else gets it. */
	pci_warn(pdev, "%s: whoever unbinds it was killed; the rest is done when nobody uses it\n",
		 iop->disk->disk_name);
	INIT_WORK(&iop->retiring, iopmem_retire_work);
	queue_work(iopmem_wq, &iop->retiring);
}

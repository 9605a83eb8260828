// SPDX-License-Identifier: GPL-2.0-only
/*
 * DMA masks lent to clients that have no driver to set one.
 *
 * The mask belongs to the function, not to a mapping: it is lent once, to as many mappings as ask
 * for the same, and put back after the last. A mapping that another mask was lent for would not
 * be sure to lie within its own.
 */
#include <linux/dma-mapping.h>
#include <linux/slab.h>

#include "iopmem.h"

struct iopmem_loan {
	struct pci_dev *pdev;
	u64 old_mask;
	u8 bits;
	unsigned int users;
	struct list_head list;
};

static DEFINE_MUTEX(iopmem_loans_lock);
static LIST_HEAD(iopmem_loans);

static struct iopmem_loan *iopmem_loan_of(struct pci_dev *pdev)
{
	struct iopmem_loan *loan;

	list_for_each_entry(loan, &iopmem_loans, list)
		if (loan->pdev == pdev)
			return loan;
	return NULL;
}

static int iopmem_loan_begin(struct pci_dev *pdev, u8 bits)
{
	struct iopmem_loan *loan = kzalloc(sizeof(*loan), GFP_KERNEL);

	if (!loan)
		return -ENOMEM;
	loan->pdev = pdev;
	loan->bits = bits;
	loan->users = 1;
	loan->old_mask = dma_get_mask(&pdev->dev);
	if (dma_set_mask(&pdev->dev, DMA_BIT_MASK(bits))) {
		kfree(loan);
		return -ERANGE;
	}
	list_add(&loan->list, &iopmem_loans);
	return 0;
}

/* The caller holds a reference on @pdev until it returns the mask. */
int iopmem_mask_lend(struct pci_dev *pdev, u8 bits)
{
	struct iopmem_loan *loan;
	int rc = 0;

	mutex_lock(&iopmem_loans_lock);
	loan = iopmem_loan_of(pdev);
	if (!loan)
		rc = iopmem_loan_begin(pdev, bits);
	else if (loan->bits != bits)
		rc = -EALREADY;
	else
		loan->users++;
	mutex_unlock(&iopmem_loans_lock);
	return rc;
}

void iopmem_mask_return(struct pci_dev *pdev)
{
	struct iopmem_loan *loan;

	mutex_lock(&iopmem_loans_lock);
	loan = iopmem_loan_of(pdev);
	if (!WARN_ON(!loan) && !--loan->users) {
		if (dma_set_mask(&pdev->dev, loan->old_mask))
			pci_warn(pdev, "could not set the DMA mask back\n");
		list_del(&loan->list);
		kfree(loan);
	}
	mutex_unlock(&iopmem_loans_lock);
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The way of a client's requests to the memory, by the rule of drivers/pci/p2pdma.c.
 */
#include <linux/pci-p2pdma.h>

#include "iopmem.h"

/* Does the function send requests of peers up, to the host bridge, by access control? */
static bool iopmem_redirects(struct pci_dev *pdev)
{
	int acs = pci_find_ext_capability(pdev, PCI_EXT_CAP_ID_ACS);
	u16 control;

	if (!acs)
		return false;
	/* One that cannot be read is not known not to. */
	if (pci_read_config_word(pdev, acs + PCI_ACS_CTRL, &control) || control == 0xffff)
		return true;
	return control & (PCI_ACS_RR | PCI_ACS_CR | PCI_ACS_EC);
}

/* Is there a bridge above both, and no redirection up to it? Then requests turn there. */
static bool iopmem_turns_below(struct pci_dev *provider, struct pci_dev *client)
{
	struct pci_dev *top, *below;

	for (top = provider; top; top = pci_upstream_bridge(top)) {
		if (iopmem_redirects(top))
			return false;
		for (below = client; below && below != top; below = pci_upstream_bridge(below))
			if (iopmem_redirects(below))
				return false;
		if (below)
			return true;
	}
	return false;
}

/*
 * On success @direct tells whether requests reach the memory by its bus address, without passing
 * the host bridge. -EHOSTUNREACH: the host bridge is not known to let them pass. A kernel that does
 * no such DMA itself knows of no host bridge, and whoever asks must know. Neither function may go
 * meanwhile.
 */
int iopmem_route(struct iopmem *iop, struct pci_dev *client, bool *direct)
{
	*direct = iopmem_turns_below(iop->pdev, client);
	if (*direct)
		return 0;
#ifdef CONFIG_PCI_P2PDMA
	if (pci_p2pdma_distance(iop->pdev, &client->dev, false) < 0)
		return -EHOSTUNREACH;
#endif
	return 0;
}

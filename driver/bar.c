// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which BAR is memory, and whether the function still decodes it where everybody was told.
 */
#include <linux/memremap.h>
#include <linux/module.h>
#include <linux/slab.h>

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
MODULE_PARM_DESC(bar, "BAR to use: N for all functions, or DDDD:BB:DD.F=N[,...] for single ones");

/* Is @name, DDDD:BB:DD.F, that of the function? -EINVAL if it can be that of none. */
static int iopmem_is_named(struct pci_dev *pdev, const char *name)
{
	unsigned int domain, bus, slot, fn;
	int end = 0;

	/* Spaces would be skipped. */
	if (strpbrk(name, " \t\n") ||
	    sscanf(name, "%x:%x:%x.%x%n", &domain, &bus, &slot, &fn, &end) != 4 || name[end] ||
	    bus > 0xff || slot > 0x1f || fn > 7)
		return -EINVAL;
	return domain == pci_domain_nr(pdev->bus) && bus == pdev->bus->number &&
	       PCI_DEVFN(slot, fn) == pdev->devfn;
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
		int named = 0;
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
		if (number)
			named = iopmem_is_named(pdev, word);
		if (named < 0) {
			pci_err(pdev, "parameter bar: \"%s\" is not a function, DDDD:BB:DD.F\n",
				word);
			bar = named;
			break;
		}
		if (named)
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
		pci_err(pdev,
			"several memory BARs of %llu bytes, none larger: name one (parameter bar)\n",
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

int iopmem_choose_bar(struct pci_dev *pdev)
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
bool iopmem_bar_in_place(struct iopmem *iop)
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

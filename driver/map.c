// SPDX-License-Identifier: GPL-2.0-only
/*
 * Client mappings: the BAR made reachable for one other function, whatever its IOMMU domain.
 */
#include <linux/capability.h>
#include <linux/file.h>
#include <linux/iommu.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "iopmem.h"

/*
 * One mapping. @mapped and the list are under iop->lock. @lease, if there is one, is the lease's
 * own descriptor: addresses worked out with this mapping do not outlive the layout. @since is in
 * seconds since 1970. @direct: @base is the bus address, and nothing is mapped in any domain.
 */
struct iopmem_client {
	struct iopmem *iop;
	struct pci_dev *pdev;
	struct file *lease;
	u64 inode;
	struct iopmem_map req;
	dma_addr_t base;
	time64_t since;
	bool direct;
	bool lent;
	bool mapped;
	wait_queue_head_t wait;
	struct list_head list;
};

/* Under the client's device lock. */
static int iopmem_may_map(struct iopmem *iop, struct iopmem_client *client)
{
	struct pci_dev *pdev = client->pdev;
	struct device *dev = &pdev->dev;
	int rc;

	if (!device_is_registered(dev) || !pci_device_is_present(pdev))
		return -ENODEV;
	if (pdev->hdr_type != PCI_HEADER_TYPE_NORMAL)
		return -EINVAL;
	/* In a domain of the driver's own our address means nothing. */
	if (iopmem_takes_domain(dev, NULL))
		return -EBUSY;
	if (dev->driver && client->req.dma_bits)
		return -EBUSY;
	if (iopmem_is_private(iommu_get_domain_for_dev(dev)))
		return -EBUSY;
	if (client->req.dma_bits) {
		rc = iopmem_mask_lend(pdev, client->req.dma_bits);
		if (rc)
			return rc;
		client->lent = true;
	}
	return 0;
}

static void iopmem_return_mask(struct iopmem_client *client)
{
	if (client->lent)
		iopmem_mask_return(client->pdev);
	client->lent = false;
}

/* Under iop->lock. All mappings of one function are one to its domain: a BAR takes room there. */
static struct iopmem_client *iopmem_client_of(struct iopmem *iop, struct pci_dev *pdev)
{
	struct iopmem_client *client;

	list_for_each_entry(client, &iop->maps, list)
		if (client->pdev == pdev)
			return client;
	return NULL;
}

/* Under iop->lock. */
static void iopmem_client_unmap(struct iopmem_client *client)
{
	struct iopmem *iop = client->iop;
	struct pci_dev *pdev = client->pdev;

	if (!client->mapped)
		return;
	client->mapped = false;
	list_del(&client->list);
	iop->nr_maps--;
	if (!client->direct && !iopmem_client_of(iop, pdev))
		iopmem_domain_unmap(iop, &pdev->dev, client->base);
	iopmem_return_mask(client);
	wake_up_interruptible_poll(&client->wait, EPOLLHUP | EPOLLERR);
}

void iopmem_map_revoke_all(struct iopmem *iop)
{
	struct iopmem_client *client, *next;

	mutex_lock(&iop->lock);
	list_for_each_entry_safe(client, next, &iop->maps, list)
		iopmem_client_unmap(client);
	mutex_unlock(&iop->lock);
}

static void iopmem_map_revoke_if(struct iopmem *iop, struct device *dev,
				 bool (*ends)(struct device *client, struct device *dev))
{
	struct iopmem_client *client, *next;

	mutex_lock(&iop->lock);
	list_for_each_entry_safe(client, next, &iop->maps, list) {
		if (!ends(&client->pdev->dev, dev))
			continue;
		pci_info(client->pdev, "its mapping of %s ends\n", iop->disk->disk_name);
		iopmem_client_unmap(client);
	}
	mutex_unlock(&iop->lock);
}

static bool iopmem_is_same(struct device *client, struct device *dev)
{
	return client == dev;
}

static void iopmem_map_revoke_client(struct iopmem *iop, void *dev)
{
	iopmem_map_revoke_if(iop, dev, iopmem_is_same);
}

static bool iopmem_is_neighbour(struct device *client, struct device *dev)
{
	return client->iommu_group && client->iommu_group == dev->iommu_group && !client->driver;
}

static void iopmem_map_revoke_group(struct iopmem *iop, void *dev)
{
	iopmem_map_revoke_if(iop, dev, iopmem_is_neighbour);
}

/*
 * A mapping belongs to the driver that the client had, or to nobody having it: the next owner may
 * use another DMA mask or another domain. Drivers come and go with the client's lock held, and a
 * client that was removed is on its bus no more.
 */
static int iopmem_map_notify(struct notifier_block *nb, unsigned long action, void *dev)
{
	if (action == BUS_NOTIFY_BIND_DRIVER || action == BUS_NOTIFY_UNBIND_DRIVER ||
	    action == BUS_NOTIFY_REMOVED_DEVICE)
		iopmem_for_each(iopmem_map_revoke_client, dev);
	if (action == BUS_NOTIFY_BIND_DRIVER && iopmem_takes_domain(dev, NULL))
		iopmem_for_each(iopmem_map_revoke_group, dev);
	return NOTIFY_OK;
}

static struct notifier_block iopmem_map_nb = {
	.notifier_call = iopmem_map_notify,
	/* Before the IOMMU lets go of a client that was removed. */
	.priority = INT_MAX,
};

int iopmem_map_init(void)
{
	return bus_register_notifier(&pci_bus_type, &iopmem_map_nb);
}

void iopmem_map_exit(void)
{
	bus_unregister_notifier(&pci_bus_type, &iopmem_map_nb);
}

static int iopmem_client_release(struct inode *anon, struct file *self)
{
	struct iopmem_client *client = self->private_data;
	struct iopmem *iop = client->iop;

	mutex_lock(&iop->lock);
	iopmem_client_unmap(client);
	mutex_unlock(&iop->lock);
	if (client->lease)
		fput(client->lease);
	pci_dev_put(client->pdev);
	kfree(client);
	iopmem_put(iop);
	return 0;
}

static bool iopmem_client_mapped(struct iopmem_client *client)
{
	bool mapped;

	mutex_lock(&client->iop->lock);
	mapped = client->mapped;
	mutex_unlock(&client->iop->lock);
	return mapped;
}

static __poll_t iopmem_client_poll(struct file *self, struct poll_table_struct *table)
{
	struct iopmem_client *client = self->private_data;

	poll_wait(self, &client->wait, table);
	return iopmem_client_mapped(client) ? 0 : EPOLLHUP | EPOLLERR;
}

static void iopmem_client_fdinfo(struct seq_file *m, struct file *self)
{
	struct iopmem_client *client = self->private_data;

	iopmem_show(m, client->iop, !iopmem_client_mapped(client), client->since);
	seq_printf(m, "iopmem-client:\t%04x:%02x:%02x.%x\n", client->req.domain, client->req.bus,
		   PCI_SLOT(client->req.devfn), PCI_FUNC(client->req.devfn));
	if (client->lease)
		iopmem_lease_show(m, client->lease);
}

static long iopmem_client_ioctl(struct file *self, unsigned int cmd, unsigned long arg)
{
	struct iopmem_client *client = self->private_data;
	u32 flags = IOPMEM_QUERY_MAP;

	if (cmd != IOPMEM_IOC_QUERY)
		return -ENOTTY;
	if (client->lease)
		flags |= IOPMEM_QUERY_LEASE;
	if (!iopmem_client_mapped(client))
		flags |= IOPMEM_QUERY_REVOKED;
	return iopmem_query(client->iop, (void __user *)arg, flags, client->inode, &client->req);
}

static const struct file_operations iopmem_client_fops = {
	.owner = THIS_MODULE,
	.release = iopmem_client_release,
	.poll = iopmem_client_poll,
	.show_fdinfo = iopmem_client_fdinfo,
	.unlocked_ioctl = iopmem_client_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
};

/* Under iop->lock: the notifier of its removal waits for that, and comes after it left the bus. */
static bool iopmem_is_on_bus(struct iopmem_client *client)
{
	struct pci_dev *pdev;

	pdev = pci_get_domain_bus_and_slot(client->req.domain, client->req.bus, client->req.devfn);
	pci_dev_put(pdev);
	return pdev == client->pdev;
}

/* The address for the client. Under its device lock and iop->lock. */
static int iopmem_client_place(struct iopmem *iop, struct iopmem_client *client)
{
	struct device *dev = &client->pdev->dev;
	struct iopmem_client *other = iopmem_client_of(iop, client->pdev);
	int rc;

	rc = iopmem_route(iop, client->pdev, &client->direct);
	if (rc && !(client->req.flags & IOPMEM_MAP_FORCE))
		return rc;
	if (other) {
		/* Somebody has switched access control since: one of the two addresses is wrong. */
		if (client->direct != other->direct)
			return -EALREADY;
		client->base = other->base;
		return 0;
	}
	if (client->direct) {
		client->base = iop->bus_address;
		return iopmem_reaches(iop, dev, client->base) ? 0 : -ERANGE;
	}
	return iopmem_domain_map(iop, dev, &client->base);
}

static int iopmem_client_map(struct iopmem *iop, struct iopmem_client *client)
{
	struct device *dev = &client->pdev->dev;
	int rc;

	/* No driver comes or goes between the look at it and the mapping. */
	device_lock(dev);
	rc = iopmem_may_map(iop, client);
	if (rc)
		goto out;
	mutex_lock(&iop->lock);
	if (iop->gone || !iopmem_is_on_bus(client)) {
		rc = -ENODEV;
		goto out_unlock;
	}
	if (iopmem_group_is_taken(dev)) {
		rc = -EBUSY;
		goto out_unlock;
	}
	rc = iopmem_client_place(iop, client);
	if (rc)
		goto out_unlock;
	client->mapped = true;
	client->since = ktime_get_real_seconds();
	list_add_tail(&client->list, &iop->maps);
	iop->nr_maps++;
out_unlock:
	mutex_unlock(&iop->lock);
out:
	if (rc)
		iopmem_return_mask(client);
	device_unlock(dev);
	return rc;
}

int iopmem_map(struct iopmem *iop, struct iopmem_map __user *arg, struct file *lease, u64 inode)
{
	struct iopmem_client *client;
	struct iopmem_map req;
	struct pci_dev *pdev;
	struct file *self;
	int fd, rc;

	if (!capable(CAP_SYS_RAWIO))
		return -EPERM;
	if (copy_from_user(&req, arg, sizeof(req)))
		return -EFAULT;
	if (req.size != sizeof(req) || req.flags & ~IOPMEM_MAP_FORCE || req.reserved ||
	    req.reserved2)
		return -EINVAL;
	if (req.dma_bits && (req.dma_bits < 32 || req.dma_bits > 64))
		return -EINVAL;

	pdev = pci_get_domain_bus_and_slot(req.domain, req.bus, req.devfn);
	if (!pdev)
		return -ENODEV;
	client = kzalloc(sizeof(*client), GFP_KERNEL);
	if (!client) {
		rc = -ENOMEM;
		goto err_pdev;
	}
	client->iop = iop;
	client->pdev = pdev;
	client->inode = inode;
	client->req = req;
	init_waitqueue_head(&client->wait);
	INIT_LIST_HEAD(&client->list);

	fd = iopmem_descriptor(iop, "[iopmem-map]", &iopmem_client_fops, client, &self);
	if (fd < 0) {
		rc = fd;
		goto err_client;
	}
	/* From here on closing self gives everything back. */
	if (lease)
		client->lease = get_file(lease);

	rc = iopmem_arrive(iop);
	if (!rc)
		rc = iopmem_client_map(iop, client);
	if (rc)
		goto err_self;
	client->req.map = fd;
	client->req.address = client->base;
	client->req.length = iop->length;
	if (copy_to_user(arg, &client->req, sizeof(client->req))) {
		rc = -EFAULT;
		goto err_self;
	}
	fd_install(fd, self);
	return 0;

err_self:
	fput(self);
	put_unused_fd(fd);
	return rc;
err_client:
	kfree(client);
err_pdev:
	pci_dev_put(pdev);
	return rc;
}

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef IOPMEM_H
#define IOPMEM_H

#include <linux/blkdev.h>
#include <linux/kref.h>
#include <linux/list.h>
#include <linux/memremap.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "uapi/iopmem.h"

#define IOPMEM_NAME "iopmem"

/* A memory type, of those that x86 has. */
enum iopmem_memory {
	IOPMEM_UNKNOWN,
	IOPMEM_UNCACHED,
	IOPMEM_WRITE_COMBINING,
	IOPMEM_WRITE_BACK,
};

/**
 * struct iopmem - one BAR made into a block device
 * @kref: held by the bound driver, the disk, and every lease and mapping
 * @pdev: the function that provides the memory, with a reference
 * @domain: its PCI domain; the host bridge may be gone before those who ask
 * @bus: its bus number
 * @devfn: its device << 3 | function
 * @id: N of iopmemN
 * @bar: index of the BAR
 * @bus_address: what the BAR register decodes
 * @start: where the CPU sees the BAR
 * @length: bytes
 * @virt: kernel mapping of the whole BAR
 * @pgmap: its struct pages
 * @memory: type of the kernel's mapping
 * @mmap_memory: type of what a program maps of a file
 * @combining: write-combining is reserved for it
 * @disk: the block device
 * @dax: the DAX device
 * @offline: the link is in error or the device went: fail all I/O
 * @frozen: the queue is frozen, over a reset or a suspend
 * @lock: guards @gone, @leases, @maps and @exports
 * @gone: the BAR is lost or the driver is unbinding; nothing may be leased or mapped any more
 * @leases: struct iopmem_hold
 * @maps: struct iopmem_client
 * @exports: struct iopmem_export
 * @exports_usable: the memory is there for the importers of dma-bufs
 * @nr_leases: length of @leases
 * @nr_maps: length of @maps
 * @list: in the list of all bound devices
 * @retiring: the end of a removal whose caller was killed
 */
struct iopmem {
	struct kref kref;
	struct pci_dev *pdev;
	u32 domain;
	u8 bus;
	u8 devfn;
	int id;
	int bar;
	u64 bus_address;
	phys_addr_t start;
	u64 length;
	void *virt;
	struct dev_pagemap pgmap;
	enum iopmem_memory memory;
	enum iopmem_memory mmap_memory;
	bool combining;
	struct gendisk *disk;
	struct dax_device *dax;
	bool offline;
	bool frozen;
	struct mutex lock;
	bool gone;
	struct list_head leases;
	struct list_head maps;
	struct list_head exports;
	bool exports_usable;
	unsigned int nr_leases;
	unsigned int nr_maps;
	struct list_head list;
	struct work_struct retiring;
};

void iopmem_get(struct iopmem *iop);
void iopmem_put(struct iopmem *iop);

/* main.c: for what outlasts its caller; and every bound device, for the notifier of clients. */
extern struct workqueue_struct *iopmem_wq;
void iopmem_for_each(void (*fn)(struct iopmem *iop, void *arg), void *arg);
int iopmem_descriptor(struct iopmem *iop, const char *name, const struct file_operations *fops,
		      void *private, struct file **self);
void iopmem_list_del(struct iopmem *iop);
void iopmem_show(struct seq_file *m, struct iopmem *iop, bool revoked, time64_t since);

/* bar.c */
int iopmem_choose_bar(struct pci_dev *pdev);
bool iopmem_bar_in_place(struct iopmem *iop);

/* memory.c */
int iopmem_memory_add(struct iopmem *iop);
void iopmem_memory_remove(struct iopmem *iop);
const char *iopmem_memory_name(enum iopmem_memory type);
void iopmem_drain(struct iopmem *iop);

/* block.c */
int iopmem_disk_add(struct iopmem *iop);
void iopmem_disk_free(struct iopmem *iop);
bool iopmem_usable(struct iopmem *iop);
int iopmem_copy_to(struct iopmem *iop, u64 offset, const void *from, size_t len);
int iopmem_flush(struct iopmem *iop);
int iopmem_arrive(struct iopmem *iop);

/* dax.c */
int iopmem_dax_add(struct iopmem *iop);
void iopmem_dax_sync(struct iopmem *iop);
void iopmem_dax_close(struct iopmem *iop);
bool iopmem_dax_wait(struct iopmem *iop);
void iopmem_dax_evict(struct iopmem *iop);

struct iommu_domain;

/* export.c */
int iopmem_export_init(struct iopmem *iop);
bool iopmem_can_export(struct iopmem *iop);
void iopmem_export_allow(struct iopmem *iop, bool usable);
int iopmem_export(struct iopmem *iop, struct iopmem_export_range __user *arg, struct file *lease,
		  struct file *file);

/* domain.c */
bool iopmem_translates(struct iommu_domain *domain);
bool iopmem_is_private(struct iommu_domain *domain);
int iopmem_takes_domain(struct device *dev, void *unused);
bool iopmem_group_is_taken(struct device *dev);
bool iopmem_reaches(struct iopmem *iop, struct device *dev, u64 base);
int iopmem_domain_map(struct iopmem *iop, struct device *dev, dma_addr_t *base);
void iopmem_domain_flush(struct device *dev);
void iopmem_domain_unmap(struct iopmem *iop, struct device *dev, dma_addr_t base);

/* lease.c */
int iopmem_lease(struct iopmem *iop, struct iopmem_lease __user *arg);
void iopmem_lease_revoke_all(struct iopmem *iop);
void iopmem_lease_show(struct seq_file *m, struct file *self);

/* query.c */
int iopmem_query(struct iopmem *iop, struct iopmem_query __user *arg, u32 flags, u64 inode,
		 const struct iopmem_map *map);

/* remove.c */
void iopmem_revoke_all(struct iopmem *iop);
void iopmem_remove(struct pci_dev *pdev);

/* route.c */
int iopmem_route(struct iopmem *iop, struct pci_dev *client, bool *direct);

/* settle.c */
int iopmem_settle(struct file *file);

/* map.c */
int iopmem_map(struct iopmem *iop, struct iopmem_map __user *arg, struct file *lease, u64 inode);
void iopmem_map_revoke_all(struct iopmem *iop);
int iopmem_map_init(void);
void iopmem_map_exit(void);

/* mask.c */
int iopmem_mask_lend(struct pci_dev *pdev, u8 bits);
void iopmem_mask_return(struct pci_dev *pdev);

/* power.c */
void iopmem_unfreeze(struct iopmem *iop);
extern const struct pci_error_handlers iopmem_err_handler;
extern const struct dev_pm_ops iopmem_pm_ops;

#endif

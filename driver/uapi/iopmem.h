/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * Requests understood by an iopmem block device, its leases and its client mappings.
 *
 * Every structure starts with its own size. A request whose size is not the one this header
 * gives, or which sets an unknown flag or a reserved field, is refused with EINVAL: what a later
 * version adds comes as a request of another number, never as another meaning of this one.
 */
#ifndef _UAPI_IOPMEM_H
#define _UAPI_IOPMEM_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* The version of this interface and of the sysfs attributes; sysfs attribute "abi". */
#define IOPMEM_ABI 1

/**
 * struct iopmem_query - what a descriptor is, and where the memory behind it lies
 * @size: in: sizeof(struct iopmem_query)
 * @flags: in: 0; out: IOPMEM_QUERY_*
 * @abi: out: IOPMEM_ABI of the driver
 * @domain: out: PCI domain of the function that provides the memory
 * @bus: out: its bus number
 * @devfn: out: its device << 3 | function
 * @bar: out: index of the BAR, 0 to 5
 * @reserved: in and out: zero
 * @leases: out: descriptors that now hold a lease on this device
 * @maps: out: descriptors that now hold a client mapping of this device
 * @bus_address: out: what the BAR register decodes
 * @cpu_address: out: where the CPU sees the BAR
 * @length: out: bytes of the whole BAR
 * @data_offset: out: BAR offset of byte 0 of the block device
 * @inode: out: on a lease, and on a mapping made on a lease: inode number of the file, else 0
 * @map_address: out: on a mapping: address of BAR offset 0 for the client, else 0
 * @client_domain: out: on a mapping: PCI domain of the client
 * @client_bus: out: on a mapping: its bus number
 * @client_devfn: out: on a mapping: its device << 3 | function
 * @reserved2: in and out: zero
 */
struct iopmem_query {
	__u32 size;
	__u32 flags;
	__u32 abi;
	__u32 domain;
	__u8 bus;
	__u8 devfn;
	__u8 bar;
	__u8 reserved[5];
	__u32 leases;
	__u32 maps;
	__u64 bus_address;
	__u64 cpu_address;
	__u64 length;
	__u64 data_offset;
	__u64 inode;
	__u64 map_address;
	__u32 client_domain;
	__u8 client_bus;
	__u8 client_devfn;
	__u8 reserved2[2];
};

/* The descriptor is a lease, or a mapping made on a lease. */
#define IOPMEM_QUERY_LEASE (1U << 0)
/* The descriptor is a client mapping. */
#define IOPMEM_QUERY_MAP (1U << 1)
/*
 * What the descriptor held is gone: the memory's device was removed or lost its BAR, the client lost
 * or gained a driver, or a driver took the domain of its IOMMU group. Its addresses must not be
 * used; closing it is all that is left.
 */
#define IOPMEM_QUERY_REVOKED (1U << 2)

/**
 * struct iopmem_lease - hold the layout of a file
 *
 * Returns when changes that were under way have ended: EBUSY if the file's filesystem stays frozen,
 * ETIMEDOUT if they do not end within a minute.
 *
 * @size: in: sizeof(struct iopmem_lease)
 * @flags: in: 0
 * @file: in: descriptor of a regular DAX file on this very device, open for writing
 * @lease: out: a new descriptor; the layout is held until its last copy is closed
 * @inode: out: inode number of the file
 * @bytes: out: size of the file once the layout was held
 */
struct iopmem_lease {
	__u32 size;
	__u32 flags;
	__s32 file;
	__s32 lease;
	__u64 inode;
	__u64 bytes;
};

/**
 * struct iopmem_map - make the BAR reachable for a client function
 *
 * Below a bridge that both are below, and that sends no requests of peers up, the address is the
 * bus address. Elsewhere requests pass the host bridge, and the address is one of the client's
 * IOMMU domain, or the CPU's: EHOSTUNREACH if the kernel knows that they do not get through. A
 * kernel without CONFIG_PCI_P2PDMA knows of none.
 *
 * @size: in: sizeof(struct iopmem_map)
 * @flags: in: 0 or IOPMEM_MAP_FORCE
 * @domain: in: PCI domain of the client
 * @bus: in: its bus number
 * @devfn: in: its device << 3 | function
 * @dma_bits: in: 0: as the client's driver has set it; 32 to 64: the number of address bits that
 *	the client drives, accepted only for a function that no driver is bound to
 * @reserved: in: zero
 * @map: out: a new descriptor; the mapping stands until its last copy is closed
 * @reserved2: in: zero
 * @address: out: address of BAR offset 0 for this client
 * @length: out: bytes reachable from there, the whole BAR
 */
struct iopmem_map {
	__u32 size;
	__u32 flags;
	__u32 domain;
	__u8 bus;
	__u8 devfn;
	__u8 dma_bits;
	__u8 reserved;
	__s32 map;
	__u32 reserved2;
	__u64 address;
	__u64 length;
};

/**
 * struct iopmem_export_range - a part of a leased file as a dma-buf
 *
 * The dma-buf holds the lease. Only importers that take memory of peers, and let go of it when they
 * are told to, may attach; for each the kernel works out the way to the memory, or refuses. From 7.1
 * on, with CONFIG_PCI_P2PDMA; EOPNOTSUPP elsewhere, and on a filesystem whose files may share blocks.
 * ENODATA: holes or extents that were never written are in the range, or it goes past the end.
 * EACCES: the file was not open for reading.
 *
 * @size: in: sizeof(struct iopmem_export_range)
 * @flags: in: 0
 * @offset: in: of the range in the file, in bytes, a multiple of the page size
 * @length: in: of the range, in bytes, a multiple of the page size; not 0
 * @dmabuf: out: a new descriptor, a dma-buf of that length
 * @reserved: in: zero
 */
struct iopmem_export_range {
	__u32 size;
	__u32 flags;
	__u64 offset;
	__u64 length;
	__s32 dmabuf;
	__u32 reserved;
};

/* 0xBD is nobody's in Documentation/userspace-api/ioctl/ioctl-number.rst up to 7.3. */
#define IOPMEM_IOC_MAGIC 0xBD

/* Map for a client whose requests do not get through, as far as the kernel knows. */
#define IOPMEM_MAP_FORCE (1U << 0)

/* On the device, a lease or a mapping. */
#define IOPMEM_IOC_QUERY _IOWR(IOPMEM_IOC_MAGIC, 0x00, struct iopmem_query)
/* On the device; needs CAP_SYS_RAWIO. */
#define IOPMEM_IOC_LEASE _IOWR(IOPMEM_IOC_MAGIC, 0x01, struct iopmem_lease)
/* On the device, or on a lease, which the mapping then holds too; needs CAP_SYS_RAWIO. */
#define IOPMEM_IOC_MAP _IOWR(IOPMEM_IOC_MAGIC, 0x02, struct iopmem_map)
/* On a lease; needs CAP_SYS_RAWIO. */
#define IOPMEM_IOC_EXPORT _IOWR(IOPMEM_IOC_MAGIC, 0x03, struct iopmem_export_range)

#endif

/* SPDX-License-Identifier: MIT */
/*
 * libiopmem: the addresses at which PCI functions reach the bytes of files, and whether they
 * still hold. iopmem(3) is the manual, and has an example.
 *
 * A file is opened, leased if wanted, and mapped for an engine in one call. What that gives never
 * changes: any number of threads may use one file at once, also while another closes it.
 */
#ifndef IOPMEM_H
#define IOPMEM_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Whoever ignores what these functions answer may DMA to somebody else's memory. */
#if defined(__GNUC__)
#define IOPMEM_CHECKED __attribute__((warn_unused_result))
#else
#define IOPMEM_CHECKED
#endif

/*
 * What functions answer. Negative results are failures: iopmem_error_message() tells. They mean
 * what the exit status of iopmem(8) without the sign means.
 */
enum iopmem_result {
	/* Done; of iopmem_file_verify(): the addresses hold. */
	IOPMEM_OK = 0,
	/* Of iopmem_file_verify(): they do not hold any more, for what iopmem_error_message() says. */
	IOPMEM_CHANGED = 1,
	/* Of iopmem_file_segments(): the array is full, and the range has not come to its end. */
	IOPMEM_MORE = 2,
	/* Allowed, and did not succeed: iopmem_error_number() may tell the kernel's error. */
	IOPMEM_FAILED = -1,
	/* An address would not be safe, or this kind of file or device is not supported. */
	IOPMEM_REFUSED = -2,
	/* It cannot be known. Treat it like IOPMEM_CHANGED. */
	IOPMEM_UNKNOWN = -3,
	/* The call makes no sense: NULL, a closed file, a wrong size, an unknown flag. */
	IOPMEM_INVALID = -4
};

/* The library's version, as "0.1.0"; never NULL. */
const char *iopmem_version(void);

/*
 * What went wrong in this thread's last call that did not answer IOPMEM_OK or IOPMEM_MORE: one
 * line of at most 1023 bytes without a newline, UTF-8, never NULL. It stays until the next such
 * call of the thread.
 */
const char *iopmem_error_message(void);

/* The errno(3) behind that message, or 0. */
int iopmem_error_number(void);

/* A file with its map. A handle, not an address of memory: there is nothing behind it to read. */
struct iopmem_file;

/* Flags of struct iopmem_options. Most are options of iopmem-fiemap(8), which has more on them. */

/* The driver holds the file's layout until the file is closed here; needs CAP_SYS_RAWIO. */
#define IOPMEM_LEASE (1u << 0)
/* The fields of the same names count. */
#define IOPMEM_IOVA_BASE (1u << 1)
#define IOPMEM_BASE (1u << 2)
#define IOPMEM_BAR (1u << 3)
/* Map whole blocks; the bytes of the last past the file's end are not the file's. */
#define IOPMEM_BLOCK_GRANULAR (1u << 4)
/* Map a file that is not DAX: the page cache may hold newer bytes than the device, or older. */
#define IOPMEM_NO_DAX_CHECK (1u << 5)
/* Refuse a file that is not pinned: iopmem-pin(8). */
#define IOPMEM_REQUIRE_PIN (1u << 6)
/* Lease for a client although no way from it to the memory is known: iopmem-lease(8). */
#define IOPMEM_FORCE (1u << 7)
/* Pass a class of extents: iopmem-fiemap(8), CHECKS. */
#define IOPMEM_ALLOW_UNWRITTEN (1u << 8)
#define IOPMEM_ALLOW_SHARED (1u << 9)
#define IOPMEM_ALLOW_ENCODED (1u << 10)
#define IOPMEM_ALLOW_ENCRYPTED (1u << 11)

/*
 * How a file is opened. Begin with iopmem_options_init(), so that fields of later versions are 0,
 * which asks for nothing. NULL in its place is the same as one that nobody changed.
 */
struct iopmem_options {
	/* sizeof(struct iopmem_options) of the header that the caller was compiled with. */
	uint32_t size;
	/* IOPMEM_LEASE and so on. */
	uint32_t flags;
	/*
	 * The PCI function whose engine is given the addresses, as "0000:04:00.0"; NULL for bus
	 * addresses. Without a lease the verdict of iopmem-check(8) decides which addresses it may
	 * use, if any; under one the driver maps the BAR for it, until the file is closed.
	 */
	const char *client;
	/* How many address bits a client without a driver drives, 32 to 64; 0: its driver knows. */
	uint32_t address_bits;
	/* IOPMEM_BAR: the BAR that holds the device, 0 to 5. */
	uint32_t bar;
	/* IOPMEM_BASE: the bus address of the whole device's byte 0, taken as given: a multiple of 4096,
	 * and not 0. */
	uint64_t base;
	/* IOPMEM_IOVA_BASE: where the client's IOMMU domain has byte 0 of the BAR, as the program
	 * that drives it by VFIO mapped it. Only with a client and without a lease. */
	uint64_t iova_base;
};

/* Makes options that ask for nothing. */
static inline void iopmem_options_init(struct iopmem_options *options)
{
	memset(options, 0, sizeof(*options));
	options->size = (uint32_t)sizeof(*options);
}

/*
 * Opens a file of a mounted ext4 or xfs, and maps all of it: by a path, or by a descriptor that
 * stays the caller's, who may close it. For a lease the file is opened for writing, and so must
 * the descriptor be.
 *
 * *file is the caller's to close; NULL after a failure.
 * FAILED, REFUSED, UNKNOWN, INVALID.
 */
IOPMEM_CHECKED int iopmem_file_open(const char *path, const struct iopmem_options *options,
				    struct iopmem_file **file);
IOPMEM_CHECKED int iopmem_file_open_fd(int fd, const struct iopmem_options *options,
				       struct iopmem_file **file);

/*
 * Closes a file: its lease and its client's mapping end when no call uses them any more. Stop the
 * engine before. NULL does nothing.
 *
 * INVALID for a file that is closed.
 */
int iopmem_file_close(struct iopmem_file *file);

/* Flags of struct iopmem_info. */

/* Loads and stores of the file's mappings reach the BAR itself. */
#define IOPMEM_INFO_DAX (1u << 0)
/* The driver holds the layout. */
#define IOPMEM_INFO_LEASED (1u << 1)
/* The file was pinned when it was opened. */
#define IOPMEM_INFO_PINNED (1u << 2)

/* Which addresses a file's segments have. */
enum iopmem_address_kind {
	/* What the provider's BAR register decodes. */
	IOPMEM_BUS_ADDRESS = 0,
	/* Addresses of the host's physical space. */
	IOPMEM_CPU_ADDRESS = 1,
	/* Addresses of the client alone. */
	IOPMEM_CLIENT_ADDRESS = 2
};

/* What there is to know of a file. Begin with iopmem_info_init(). */
struct iopmem_info {
	/* sizeof(struct iopmem_info); the fields that lie in it are filled. */
	uint32_t size;
	/* IOPMEM_INFO_DAX and so on. */
	uint32_t flags;
	/* The file's length in bytes, and how many were mapped from its first: more under
	 * IOPMEM_BLOCK_GRANULAR. */
	uint64_t file_size;
	uint64_t mapped_size;
	/* How many of the mapped bytes are holes, without any place. */
	uint64_t hole_bytes;
	/* How many pieces of the BAR the file lies in. */
	uint64_t segment_count;
	/* Its inode's number. */
	uint64_t inode;
	/* The engine's address of the BAR's byte 0: any address less this is an offset in the BAR. */
	uint64_t bar_address;
	/* The block device's place in the BAR, in bytes. */
	uint64_t window_offset;
	uint64_t window_size;
	/* enum iopmem_address_kind. */
	uint32_t address_kind;
	/* The BAR's index, 0 to 5; -1 where there is none. */
	int32_t bar;
	/* The PCI function that provides the memory, as "0000:03:00.0"; "" where there is none. */
	char function[24];
	/* The fingerprint, iopmem(7): 128 bits, and as text: "1-" and 32 hex digits. */
	unsigned char fingerprint[16];
	char fingerprint_text[40];
};

/* Makes room for what there is to know. */
static inline void iopmem_info_init(struct iopmem_info *info)
{
	memset(info, 0, sizeof(*info));
	info->size = (uint32_t)sizeof(*info);
}

/* Tells what there is to know of a file. INVALID. */
IOPMEM_CHECKED int iopmem_file_info(const struct iopmem_file *file, struct iopmem_info *info);

/* Flag of struct iopmem_limits: leave holes out, instead of refusing a range that has any. */
#define IOPMEM_SKIP_HOLES (1u << 0)

/*
 * What the engine can take. Begin with iopmem_limits_init(). 0 is no limit. NULL in its place is
 * the same as one that nobody changed.
 */
struct iopmem_limits {
	/* sizeof(struct iopmem_limits). */
	uint32_t size;
	/* IOPMEM_SKIP_HOLES. */
	uint32_t flags;
	/* The longest segment, in bytes. */
	uint64_t max_segment;
	/* No segment crosses a multiple of this, a power of two. */
	uint64_t boundary;
	/* Addresses and lengths are multiples of this, a power of two, or are refused. */
	uint64_t alignment;
	/* The most segments of one call; REFUSED if there are more. */
	uint64_t max_segments;
	/* How many address bits the engine drives, up to 64; REFUSED if they do not reach. */
	uint32_t address_bits;
	/* 0. */
	uint32_t reserved;
};

/* Makes limits that limit nothing. */
static inline void iopmem_limits_init(struct iopmem_limits *limits)
{
	memset(limits, 0, sizeof(*limits));
	limits->size = (uint32_t)sizeof(*limits);
}

/* A run of a file's bytes that an engine finds together: a record of iopmem-sg(5). */
struct iopmem_segment {
	/* Where in the file it begins, in bytes. */
	uint64_t file_offset;
	/* Where the engine finds its first byte. */
	uint64_t address;
	/* How long it is, in bytes; never 0. */
	uint64_t length;
};

/* As a length: all to the end of what was mapped. */
#define IOPMEM_TO_END UINT64_MAX

/*
 * Gives the segments of a part of a file, in its order, under the engine's limits: neighbours are
 * joined, then cut.
 *
 * In, *count is how many there is room for; out, how many were written. MORE tells that there was
 * no room for the next: it is the first of a call from the end of the last one on. With NULL for
 * segments they are only counted, however many they are.
 * REFUSED: a part that was not mapped, a hole, limits that cannot be kept; INVALID. Nothing in the
 * array counts then.
 */
IOPMEM_CHECKED int iopmem_file_segments(const struct iopmem_file *file, uint64_t offset,
					uint64_t length, const struct iopmem_limits *limits,
					struct iopmem_segment *segments, size_t *count);

/*
 * Gives the engine's address of the byte at an offset in the file, and in *contiguous, which may
 * be NULL, how many of the bytes from there follow one another, length at most.
 *
 * REFUSED: any of the length bytes was not mapped, or the first is in a hole; INVALID: a length of
 * 0 among others.
 */
IOPMEM_CHECKED int iopmem_file_translate(const struct iopmem_file *file, uint64_t offset,
					 uint64_t length, uint64_t *address, uint64_t *contiguous);

/*
 * The list of an NVMe command: PRPs or an SGL, and the memory that it is written to. Begin with
 * iopmem_nvme_list_init().
 */
struct iopmem_nvme_list {
	/* sizeof(struct iopmem_nvme_list). */
	uint32_t size;
	/* 0. */
	uint32_t flags;
	/* In: where the list is written, and for how many bytes there is room. NULL and 0 to be told how
	 * many it needs. */
	void *memory;
	uint64_t memory_bytes;
	/* In: where the controller finds that memory: a multiple of 8 for PRPs, of 16 for an SGL. The
	 * pages of the controller's from there on follow one another in the memory too. */
	uint64_t address;
	/* In: the controller's memory page, CC.MPS, in bytes; 0 for 4096. */
	uint64_t page_size;
	/* Out: bytes 24 to 39 of the command, DPTR, as two numbers of this processor. */
	uint64_t data_pointer[2];
	/* Out: how long the list is, in bytes; 0 where the command holds all of it. */
	uint64_t list_bytes;
	/* Out: how many bytes the command has to move. */
	uint64_t transfer_bytes;
};

/* Makes room for a list that the command holds. */
static inline void iopmem_nvme_list_init(struct iopmem_nvme_list *list)
{
	memset(list, 0, sizeof(*list));
	list->size = (uint32_t)sizeof(*list);
}

/*
 * Makes the list by which an NVMe controller moves a part of a file: NVM Express Base Specification,
 * "Physical Region Page Entry and List" and "Scatter Gather List".
 *
 * FAILED, with ENOSPC as iopmem_error_number(): the list needs list_bytes; nothing was written.
 * REFUSED: a part that was not mapped, a hole, limits that cannot be kept, for PRPs segments that
 * are no row of pages, a list in the file's own bytes. INVALID. After any of them data_pointer is
 * void: do not start the command.
 */
IOPMEM_CHECKED int iopmem_file_nvme_prp(const struct iopmem_file *file, uint64_t offset,
					uint64_t length, const struct iopmem_limits *limits,
					struct iopmem_nvme_list *list);
IOPMEM_CHECKED int iopmem_file_nvme_sgl(const struct iopmem_file *file, uint64_t offset,
					uint64_t length, const struct iopmem_limits *limits,
					struct iopmem_nvme_list *list);

/*
 * Tells whether all addresses of a file still hold: microseconds for a file of few segments, so
 * call it before each transfer, and after it. Whether the client may still reach the memory is
 * not judged again.
 *
 * OK, CHANGED: close the file, and open it anew; UNKNOWN, INVALID.
 */
IOPMEM_CHECKED int iopmem_file_verify(const struct iopmem_file *file);

/*
 * Gives the descriptor that poll(2) reports POLLHUP on once the file's lease is revoked, since
 * its device or its client went away. It ends with the file: do not close it.
 *
 * The descriptor, 0 or more; INVALID, also without a lease.
 */
IOPMEM_CHECKED int iopmem_file_lease_fd(const struct iopmem_file *file);

/*
 * Makes a dma-buf of a part of a leased file, for the drivers of RDMA network cards and GPUs, which
 * take no addresses: offset and length are multiples of the page size, or the length is
 * IOPMEM_TO_END of a file that ends with a page. The file must be leased for no client: the kernel
 * works out the way to the memory for each device whose driver takes the dma-buf, or refuses it.
 *
 * The dma-buf holds the lease, even when the file is closed here, until the last descriptor of it
 * is closed, in whatever process, and the last driver has let go. When the memory goes first, the
 * drivers are told to let go of it: what then becomes of a transfer is theirs to tell.
 *
 * The descriptor, 0 or more, which is the caller's to close; execve(2) closes it too. FAILED.
 * REFUSED: holes, bytes that were never written, a file system whose files may share blocks, a part
 * that is no row of pages, and, with EOPNOTSUPP as iopmem_error_number(), a kernel older than 7.1.
 * INVALID, also without IOPMEM_LEASE and with a client.
 */
IOPMEM_CHECKED int iopmem_file_dmabuf(const struct iopmem_file *file, uint64_t offset,
				      uint64_t length);

#ifdef __cplusplus
}
#endif

#endif

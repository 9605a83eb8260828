/* SPDX-License-Identifier: MIT */
/*
 * The forms of a map that engines are programmed from: iopmem-sg(5).
 *
 * A stream is one header and its records for each file. All numbers are little-endian; on a
 * processor of the other order read them with le64toh(3).
 */
#ifndef IOPMEM_SG_H
#define IOPMEM_SG_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#define IOPMEM_SG_MAGIC "IOPMEMSG"
#define IOPMEM_SG_VERSION 1

/* What the records are. */
enum iopmem_sg_kind {
	IOPMEM_SG_SEGMENTS = 1, /* struct iopmem_sg_segment */
	IOPMEM_SG_NVME_PRP = 2, /* uint64_t: an NVMe PRP list, to be copied to its memory */
	IOPMEM_SG_NVME_SGL = 3, /* 16 bytes: an NVMe SGL, to be copied to its memory */
	IOPMEM_SG_XDMA = 4, /* 32 bytes: XDMA descriptors, to be copied to their memory */
	IOPMEM_SG_QDMA = 5, /* 32 bytes: QDMA descriptors, to be copied to a queue's ring */
};

/* Before the records of each file. */
struct iopmem_sg_header {
	uint8_t magic[8]; /* IOPMEM_SG_MAGIC, without its end */
	uint16_t version; /* IOPMEM_SG_VERSION; another has another meaning */
	uint16_t header_bytes; /* the records begin behind as many */
	uint16_t record_bytes; /* each record has as many */
	uint16_t kind; /* enum iopmem_sg_kind */
	uint64_t record_count;
	uint64_t transfer_bytes; /* the sum of all lengths */
	uint64_t data_pointer[2]; /* NVMe: DPTR; XDMA: first descriptor, adjacent ones; else 0 */
	uint8_t fingerprint[16]; /* as in its text, from left to right */
};

/* A run of the file's bytes, in the order of the file. What lies between two is a hole. */
struct iopmem_sg_segment {
	uint64_t file_offset;
	uint64_t address; /* what the engine uses */
	uint64_t length; /* in bytes, 1 or more */
};

static_assert(sizeof(struct iopmem_sg_header) == 64, "header");
static_assert(offsetof(struct iopmem_sg_header, kind) == 14, "kind");
static_assert(offsetof(struct iopmem_sg_header, record_count) == 16, "record_count");
static_assert(offsetof(struct iopmem_sg_header, data_pointer) == 32, "data_pointer");
static_assert(offsetof(struct iopmem_sg_header, fingerprint) == 48, "fingerprint");
static_assert(sizeof(struct iopmem_sg_segment) == 24, "segment");

#endif

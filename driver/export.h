/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the parts of an export share: its runs, and what an importer is given of them.
 */
#ifndef IOPMEM_EXPORT_H
#define IOPMEM_EXPORT_H

#include <linux/dma-buf.h>
#include <linux/types.h>

#include "iopmem.h"

struct p2pdma_provider;

/**
 * struct iopmem_runs - where the bytes of a range of a file lie, in the order of the file
 * @run: as the CPU sees them
 * @nr: their number
 * @room: for so many there is room
 */
struct iopmem_runs {
	struct phys_vec *run;
	size_t nr;
	size_t room;
};

/* export_runs.c */
bool iopmem_may_share(struct iopmem *iop, struct inode *inode);
int iopmem_runs_find(struct iopmem_runs *runs, struct iopmem *iop, struct file *file, u64 offset,
		     size_t length);

/* export_import.c */
struct sg_table *iopmem_import_map(struct iopmem *iop, struct p2pdma_provider *provider,
				   const struct iopmem_runs *runs,
				   struct dma_buf_attachment *attach, enum dma_data_direction dir);
void iopmem_import_unmap(struct dma_buf_attachment *attach, struct sg_table *table,
			 enum dma_data_direction dir);

#endif
